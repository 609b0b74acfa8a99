/**
 * Which mask is compared with the reference, as long as none is chosen: another mask of the same image. It has the same
 * name in another folder (`truth/street`, `model/street`), or a name that goes on (`street`, `street-again`); or it is the
 * only other mask. Its size is read before, so that the comparison does not begin with an error.
 */
import type { MaskPair } from "../files/mask-pair.js";
import { readPngSize, type Size } from "../files/png-size.js";

/** Candidates whose sizes are read. More would keep the user waiting. */
const MOST_TRIED = 20;

/** @returns `null` if no mask is likely to show the same image. */
export async function suggestOther(
  reference: MaskPair,
  pairs: readonly MaskPair[],
  sizeOf: (pair: MaskPair) => Promise<Size | null> = ({ mask }) => readPngSize(mask),
): Promise<MaskPair | null> {
  const candidates = likelyOthers(reference, pairs).slice(0, MOST_TRIED);
  if (candidates.length === 0) return null;
  const size = await sizeOf(reference);
  let unread: MaskPair | null = null;
  for (const candidate of candidates) {
    const other = await sizeOf(candidate);
    // Only if no size fits: opening it then tells the user why it cannot be read.
    if (size === null || other === null) unread ??= candidate;
    else if (other.width === size.width && other.height === size.height) return candidate;
  }
  return unread;
}

/** The most likely first. */
export function likelyOthers(reference: MaskPair, pairs: readonly MaskPair[]): readonly MaskPair[] {
  const others = pairs.filter((pair) => pair !== reference);
  if (others.length === 1) return others;
  const name = imageName(reference);
  const ofSameName = others.filter((pair) => imageName(pair) === name);
  const ofLongerName = others.filter(
    (pair) => goesOn(imageName(pair), name) || goesOn(name, imageName(pair)),
  );
  return [...ofSameName, ...ofLongerName];
}

/** Without folders, and without the number that distinguishes dropped files of the same name. */
function imageName({ name }: MaskPair): string {
  return name
    .split("/")
    .at(-1)!
    .replace(/ \(\d+\)$/, "");
}

/** `street-again` goes on from `street`, but `frame-10` does not from `frame-1`, nor `frame-1-2` from `frame`. */
function goesOn(longer: string, shorter: string): boolean {
  return longer.startsWith(shorter) && /^[-_. ]+\p{L}/u.test(longer.slice(shorter.length));
}
