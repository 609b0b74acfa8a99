/**
 * Keeps the masks in step with the folder or data set that the server lists, while the page can be seen. A file that cannot
 * be read, perhaps because only a part of it is written, changes nothing but a message: the next change reads it again.
 */
import { batch } from "@preact/signals";
import { replacePairs } from "./compare/compare-state.js";
import type { MaskPair, Source } from "./files/mask-pair.js";
import { servedList } from "./files/served-files.js";
import { dismiss } from "./notices.js";
import { openFirst } from "./open-files.js";
import { report } from "./open-mask.js";
import { reopen } from "./page-history.js";
import { opened, pairs } from "./state.js";

/** @param changesUrl of the stream of events */
export function followServed(listUrl: string, changesUrl: string): void {
  let events: EventSource | null = null;
  let isUpdating = false;
  let isStale = false;
  const update = async () => {
    isStale = true;
    if (isUpdating) return;
    isUpdating = true;
    while (isStale) {
      isStale = false;
      const listed = await listedNow(listUrl);
      if (listed !== null) await takeListed(listed).catch((error) => report("opening", error, listUrl));
    }
    isUpdating = false;
  };
  // Browsers allow few connections to a server, so pages that nobody sees must not keep any.
  const followIfVisible = () => {
    if (document.hidden) {
      events?.close();
      events = null;
    } else if (events === null) {
      events = new EventSource(changesUrl);
      // What has changed before it was open counts, too.
      events.onopen = update;
      events.onmessage = update;
    }
  };
  document.addEventListener("visibilitychange", followIfVisible);
  followIfVisible();
}

/** @returns `null` if the server has no list now. Its next event says that it may have one. */
async function listedNow(listUrl: string): Promise<readonly MaskPair[] | null> {
  try {
    const { pairs } = await servedList(listUrl);
    dismiss("list");
    return pairs;
  } catch (error) {
    report("list", error, listUrl);
    return null;
  }
}

async function takeListed(listed: readonly MaskPair[]): Promise<void> {
  const before = new Map(pairs.value.map((pair) => [pair.name, pair]));
  const next = listed.map((pair) => newest(pair, before.get(pair.name)));
  const names = new Set(listed.map(({ name }) => name));
  const shown = opened.value?.pair;
  // Masks that the user has dropped stay, and so does the mask that is shown.
  const others = pairs.value.filter((pair) => !names.has(pair.name) && (!pair.entry || pair === shown));
  const all = [...next, ...others];
  if (all.length === pairs.value.length && all.every((pair, place) => pair === pairs.value[place])) return;

  const changed = all.find((pair) => pair.name === shown?.name && pair !== shown);
  batch(() => {
    const same = all.filter((pair) => pair !== changed && before.has(pair.name));
    replacePairs(new Map(same.map((pair) => [before.get(pair.name)!, pair])));
    // Until the changed files of the mask that is shown can be read, it stays as it is.
    pairs.value = all.map((pair) => (pair === changed ? shown! : pair));
  });
  if (shown === undefined) await openFirst(all);
  if (changed === undefined) return;
  const replace = () => replacePairs(new Map([[shown!, changed]]));
  if ((await reopen(changed, replace)) === "superseded") replace();
}

/** The known mask if it has not changed. A result or photo that the user has dropped on it stays. */
function newest(listed: MaskPair, known: MaskPair | undefined): MaskPair {
  if (known === undefined) return listed;
  if (known.entry === undefined || known.entry === listed.entry) return known;
  const own = (source: Source | null, other: Source | null) => (source?.isServed === false ? source : other);
  return {
    ...listed,
    result: own(known.result, listed.result),
    photo: own(known.photo, listed.photo),
  };
}
