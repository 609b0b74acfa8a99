/**
 * Keeps the page's address in step with what it shows, and goes where an address says: after a reload, with the buttons
 * Back and Forward, or from a link. Another mask or view is a new entry of the history. All else changes the entry.
 */
import { batch, computed, effect, signal } from "@preact/signals";
import { classesOf, type Members, membersOf, shownName } from "./carried-labels.js";
import { chooseByName, chosenNames } from "./compare/compare-state.js";
import { isLegendShown } from "./display.js";
import { chosenFolders } from "./evaluate/load-evaluation.js";
import type { MaskPair } from "./files/mask-pair.js";
import { type Outcome, openMask } from "./open-mask.js";
import {
  absentHidden,
  absentIsolated,
  camera,
  hidden,
  hide,
  isolated,
  isolateMembers,
  labels,
  nextCamera,
  opened,
  pairs,
  search,
  view,
} from "./state.js";
import { formatState, type PageState, parseState, type ShownLabels } from "./url-state.js";

/** Browsers limit how often an address may change. */
const WRITE_MILLISECONDS = 300;

const present = computed<PageState>(() => {
  const chosen = { compare: chosenNames.value, evaluate: chosenFolders.value, one: null, dataset: null };
  const names = chosen[view.value];
  return {
    view: view.value,
    mask: opened.value?.pair.name ?? null,
    reference: names?.reference ?? null,
    other: names?.other ?? null,
    hidden: namesOf({ indexes: hidden.value, absent: absentHidden.value }),
    isolated: namesOf({ indexes: isolated.value, absent: absentIsolated.value }),
    search: search.value,
    isLegendShown: isLegendShown.value,
    camera: camera.value,
  };
});

/** While the page goes to an address, it has not arrived anywhere that is worth an entry. */
const isGoing = signal(false);

/** Call it before masks are opened. */
export function startHistory(): void {
  let written = location.hash.replace(/^#/, "");
  let entry = entryOf(parseState(written));
  let latest = written;
  let hasGone = true;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const write = () => {
    clearTimeout(timer);
    if (latest !== written) history.replaceState(null, "", addressOf(latest));
    written = latest;
  };
  effect(() => {
    const state = present.value;
    if (isGoing.value) hasGone = true;
    if (isGoing.value || state.mask === null) return;
    const next = formatState(state);
    const nextEntry = entryOf(state);
    if (nextEntry !== entry && !hasGone) {
      // The entry that is left gets its last state.
      write();
      history.pushState(null, "", addressOf(next));
      written = next;
      latest = next;
    } else {
      latest = next;
      clearTimeout(timer);
      timer = setTimeout(write, WRITE_MILLISECONDS);
    }
    entry = nextEntry;
    hasGone = false;
  });
  window.addEventListener("pagehide", write);
  window.addEventListener("popstate", () => {
    clearTimeout(timer);
    written = location.hash.replace(/^#/, "");
    latest = written;
    goTo(parseState(written));
  });
}

/** The mask of the page's address, if it is among these masks. */
export function addressedMask<Named extends { readonly name: string }>(
  masks: readonly Named[],
): Named | null {
  const { mask } = parseState(location.hash);
  return masks.find(({ name }) => name === mask) ?? null;
}

/**
 * Opens masks, and then shows the labels, the view and the part of the image that the page's address names, if the mask
 * that it names is open.
 */
export async function arrive(open: () => Promise<void>): Promise<void> {
  const state = parseState(location.hash);
  isGoing.value = true;
  try {
    await open();
    if (state.mask !== null && state.mask === opened.value?.pair.name) show(state);
  } finally {
    isGoing.value = false;
  }
}

/**
 * Opens the newest files of the mask that is shown. The same labels stay hidden or isolated, by their names.
 *
 * @param onShown makes changes that must happen together with it
 */
export async function reopen(pair: MaskPair, onShown: () => void): Promise<Outcome> {
  let before = present.peek();
  const outcome = await openMask(pair, {
    isInView: false,
    onShown() {
      before = present.peek();
      onShown();
    },
  });
  if (outcome === "shown" && opened.value?.pair === pair) {
    batch(() => {
      hide(membersNamed(before.hidden));
      isolateMembers(membersNamed(before.isolated));
    });
  }
  return outcome;
}

async function goTo(state: PageState): Promise<void> {
  isGoing.value = true;
  try {
    const pair = pairs.value.find(({ name }) => name === state.mask);
    if (pair !== undefined && pair !== opened.value?.pair) await openMask(pair, { isInView: false });
    if (pair !== undefined && pair === opened.value?.pair) show(state);
  } finally {
    isGoing.value = false;
  }
}

function show(state: PageState): void {
  batch(() => {
    hide(membersNamed(state.hidden));
    isolateMembers(membersNamed(state.isolated));
    search.value = state.search;
    isLegendShown.value = state.isLegendShown;
    if (state.view === "evaluate") chosenFolders.value = state;
    else chooseByName(state);
    view.value = state.view;
    camera.value = state.camera;
    nextCamera.value = state.camera;
  });
}

/** Entries of the history differ in these. */
function entryOf({ view, mask, reference, other }: PageState): string {
  return JSON.stringify([view, mask, reference, other]);
}

function addressOf(hash: string): string {
  return `${location.pathname}${location.search}#${hash}`;
}

function namesOf(members: Members): ShownLabels {
  const classes = classesOf(labels.value, members);
  const single = labels.value.filter(
    (label) => members.indexes.has(label.index) && !classes.has(shownName(label)),
  );
  return { classes: [...classes], labels: single.map(({ name }) => name) };
}

function membersNamed({ classes, labels: names }: ShownLabels): Members {
  const { indexes, absent } = membersOf(labels.value, new Set(classes));
  const isNamed = new Set(names);
  const single = labels.value.filter(({ name }) => isNamed.has(name)).map(({ index }) => index);
  return { indexes: new Set([...indexes, ...single]), absent };
}
