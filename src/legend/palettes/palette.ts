/**
 * The palettes of public datasets: which colour is which class, and the number that the dataset gives it. A palette's
 * `legend` goes to `decodeMask`, its `classListOf` to `map.semantic`.
 *
 * Palettes have defects: some give one colour to several classes. Such pixels cannot be told apart, so their label
 * carries all the names (`road | skyscraper`) and their class id is void: better no label than a wrong one.
 */
import { ClassList } from "../class-list.js";

/** One label of a dataset. */
export interface PaletteEntry {
  /** `#rrggbb`, lower case. */
  readonly color: string;
  readonly name: string;
  /** The dataset's own number of the class; negative where it has none. */
  readonly id: number;
  /** Whether it is no class to train on; its pixels get the palette's `voidId`. */
  readonly isVoid: boolean;
}

/** The labels of a dataset, in its order. */
export interface Palette {
  readonly name: string;
  /** The publication or file that the numbers are from. */
  readonly source: string;
  /** What the dataset writes where there is no class. */
  readonly voidId: number;
  readonly entries: readonly PaletteEntry[];
  /**
   * `#rrggbb` to name, each colour once. A colour of several classes has their names joined by ` | `; one that a
   * class shares with void labels is the class's, and one of several void labels has the first's name.
   */
  readonly legend: ReadonlyMap<string, string>;
}

/** A row of a palette's table: the entry, where `isVoid` may be left out. */
export type PaletteRow = Omit<PaletteEntry, "isVoid"> & { readonly isVoid?: boolean };

/**
 * A palette from its table.
 *
 * @param about its name, source and void id.
 * @param rows in the dataset's order; a name may be there several times, with one id and several colours.
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
 * The palette's classes with the dataset's own ids. Void labels, and colours that are several classes, get `voidId`.
 * Every name of `palette.legend` is in the list.
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
