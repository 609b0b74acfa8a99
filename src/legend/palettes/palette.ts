/**
 * The palettes of public datasets: the class of each colour, and the dataset's number for it. Pass a palette's `legend` to
 * `decodeMask`, and its `classListOf` to `map.semantic`.
 *
 * Palettes have defects: some give several classes the same colour. Their pixels cannot be distinguished, so their label
 * has all the names (`road | skyscraper`) and their class id is void. No class is better than a wrong one.
 */
import { ClassList } from "../class-list.js";

/** One label of a dataset. */
export interface PaletteEntry {
  /** `#rrggbb`, lower case. */
  readonly color: string;
  readonly name: string;
  /** The dataset's own number of the class; negative if it has none. */
  readonly id: number;
  /** Whether it is void, not a class to train on. Its pixels get the palette's `voidId`. */
  readonly isVoid: boolean;
}

/** The labels of a dataset, in its order. */
export interface Palette {
  readonly name: string;
  /** The publication or file that the numbers are from. */
  readonly source: string;
  /** The number of pixels without a class in the dataset. */
  readonly voidId: number;
  readonly entries: readonly PaletteEntry[];
  /**
   * `#rrggbb` to name, each colour once. If several classes share a colour, their names are joined by ` | `. A colour that
   * a class shares with void labels belongs to the class. If only void labels share a colour, it has the first one's name.
   */
  readonly legend: ReadonlyMap<string, string>;
}

/** A row of a palette's table: an entry whose `isVoid` may be left out. */
export type PaletteRow = Omit<PaletteEntry, "isVoid"> & { readonly isVoid?: boolean };

/**
 * A palette from its table.
 *
 * @param about its name, source and void id.
 * @param rows in the dataset's order. A name may occur several times, with the same id and different colours.
 */
export function definePalette(
  about: Pick<Palette, "name" | "source" | "voidId">,
  rows: readonly PaletteRow[],
): Palette {
  const entries = rows.map(({ color, name, id, isVoid = false }) => ({ color, name, id, isVoid }));
  const legend = new Map<string, string>();
  for (const { color, name } of entries) {
    if (!legend.has(color)) legend.set(color, classNamesOf(entries, color).join(" | ") || name);
  }
  return { ...about, entries, legend };
}

/**
 * The palette's classes with the dataset's own ids. Void labels, and colours that several classes share, get `voidId`.
 * The list contains every name of `palette.legend`.
 */
export function classListOf(palette: Palette): ClassList {
  const { entries, legend, voidId } = palette;
  const classes = new Map<string, { id: number; name: string }>();
  for (const { id, name, isVoid } of entries) if (!isVoid) classes.set(name, { id, name });
  const others = new Set([...entries.map(({ name }) => name), ...legend.values()]);
  const voidNames = [...others].filter((name) => !classes.has(name));
  return ClassList.fromJSON({ classes: [...classes.values()], voidId, ignoreId: voidId, void: voidNames });
}

/** The names of all classes that have this colour. */
function classNamesOf(entries: readonly PaletteEntry[], color: string): string[] {
  return [
    ...new Set(entries.filter((entry) => entry.color === color && !entry.isVoid).map(({ name }) => name)),
  ];
}
