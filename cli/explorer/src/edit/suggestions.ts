/**
 * For each colour that the legend lacks, the label with the nearest colour. Distance and choice are those of the library's
 * option `snap: { maxDistance }`: Euclidean, in steps of the 8-bit channels; of equally near labels the first one counts.
 */
import type { ShownLabel } from "../decoding/protocol.js";

export interface Suggestion {
  readonly unknown: ShownLabel;
  readonly nearest: ShownLabel;
  readonly distance: number;
}

/** The suggestions for labels of one name. */
export interface SuggestionGroup {
  /** The first of the labels. */
  readonly nearest: ShownLabel;
  /** The nearest colour first. */
  readonly suggestions: readonly Suggestion[];
  readonly pixels: number;
}

/** So many distances take about a tenth of a second. */
const MAX_DISTANCES = 20_000_000;

/**
 * Only for the colours with the most pixels, if there are too many colours.
 *
 * @param blended colours that no other colour is compared with: they were added because they are near another one.
 */
export function suggestionsFor(
  labels: readonly ShownLabel[],
  blended: ReadonlySet<string> = new Set(),
  maxDistances: number = MAX_DISTANCES,
): readonly Suggestion[] {
  const known = labels.filter((label) => !label.isUnknown && rgbOf(label) >= 0 && !blended.has(label.color));
  if (known.length === 0) return [];
  const rgbs = Int32Array.from(known, rgbOf);
  return labels
    .filter(({ isUnknown, pixelCount }) => isUnknown && pixelCount > 0)
    .sort((a, b) => b.pixelCount - a.pixelCount)
    .slice(0, Math.floor(maxDistances / known.length))
    .map((unknown): Suggestion => {
      const { place, square } = nearestOf(rgbs, rgbOf(unknown));
      return { unknown, nearest: known[place]!, distance: Math.sqrt(square) };
    });
}

/** By name, the one with the most pixels of unknown colours first. */
export function groupByName(suggestions: readonly Suggestion[]): readonly SuggestionGroup[] {
  const groups = new Map<string, Suggestion[]>();
  for (const suggestion of suggestions) {
    const group = groups.get(suggestion.nearest.name);
    if (group === undefined) groups.set(suggestion.nearest.name, [suggestion]);
    else group.push(suggestion);
  }
  return [...groups.values()]
    .map((all) => ({
      nearest: all[0]!.nearest,
      suggestions: all.sort((a, b) => a.distance - b.distance),
      pixels: all.reduce((sum, { unknown }) => sum + unknown.pixelCount, 0),
    }))
    .sort((a, b) => b.pixels - a.pixels);
}

/** Rounded up, so that the limit that is read off a list includes the colour. */
export function formatDistance(distance: number): string {
  return String(Math.ceil(distance * 10 - 1e-6) / 10);
}

function nearestOf(rgbs: Int32Array, rgb: number): { readonly place: number; readonly square: number } {
  let place = 0;
  let square = Number.POSITIVE_INFINITY;
  for (let at = 0; at < rgbs.length; at++) {
    const other = rgbs[at]!;
    const red = (other >> 16) - (rgb >> 16);
    const green = ((other >> 8) & 255) - ((rgb >> 8) & 255);
    const blue = (other & 255) - (rgb & 255);
    const found = red * red + green * green + blue * blue;
    if (found >= square) continue;
    place = at;
    square = found;
  }
  return { place, square };
}

/** 0xRRGGBB, or -1 if the legend's key is not a colour. */
function rgbOf({ color }: ShownLabel): number {
  return /^#[0-9a-f]{6}$/.test(color) ? Number.parseInt(color.slice(1), 16) : -1;
}
