/**
 * The palettes of public datasets: the class of each colour, and the dataset's number for it. Pass a palette's `legend` to
 * `decodeMask`, and its `classListOf` to `map.semantic`.
 *
 * Palettes have defects: some give several classes the same colour. Their pixels cannot be distinguished, so their label
 * has all the names (`road | skyscraper`) and their class id is void. No class is better than a wrong one. A mask with such
 * pixels has the issue `color-ambiguous`, and `chooseClasses` gives a colour to one of its classes.
 */
import { quote } from "../../checks/describe.js";
import { invalid } from "../../checks/invalid.js";
import { ClassError, type Issue } from "../../errors.js";
import { ClassList } from "../class-list.js";
import type { Legend } from "../legend.js";

/** One label of a dataset. */
export interface PaletteEntry {
  /** `#rrggbb`, lower case. */
  readonly color: string;
  readonly name: string;
  /** The dataset's own number of the class; negative if it has none. */
  readonly id: number;
  /** Whether it is void, not a class to train on. Its pixels get the palette's `voidId`. */
  readonly isVoid: boolean;
  /** Whether the class has objects that can be counted, if the dataset says so. */
  readonly isThing?: boolean;
  /** The class's group, if the dataset has groups. */
  readonly supercategory?: string;
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
   *
   * A mask that is decoded with it has an issue `color-ambiguous` for each colour of several classes that occurs.
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
  const entries = rows.map(({ color, name, id, isVoid = false, ...group }) => ({
    color,
    name,
    id,
    isVoid,
    ...group,
  }));
  const legend = new Map<string, string>();
  const classNames = classNamesOf(entries);
  for (const { color, name } of entries) {
    if (!legend.has(color)) legend.set(color, classNames.get(color)?.join(" | ") ?? name);
  }
  const palette = { ...about, entries };
  return { ...palette, legend: withCheck(legend, palette) };
}

/**
 * The palette, in which the colours that these classes share with others belong to them alone. The others keep their ids,
 * but have no pixels of these colours. Example: `chooseClasses(ade20k, ["road"])`, if your images have no skyscrapers.
 *
 * @throws {ClassError} CLASS_UNKNOWN: the palette has no class of this name.
 * @throws {DecodeError} OPTION_INVALID: a class shares no colour, or two of the names share one.
 */
export function chooseClasses(palette: Palette, names: readonly string[]): Palette {
  if (!Array.isArray(names)) throw invalid("The names are no array; give names of classes.");
  const { entries } = palette;
  const legend = new Map(palette.legend);
  const classNames = classNamesOf(entries);
  const chosen = new Map<string, string>();
  for (const name of new Set(names)) {
    const own = entries.filter((entry) => entry.name === name && !entry.isVoid);
    if (own.length === 0) {
      throw new ClassError("CLASS_UNKNOWN", `${palette.name} has no class ${quote(String(name))}.`);
    }
    const shared = own.filter(({ color }) => classNames.get(color)!.length > 1);
    if (shared.length === 0) {
      throw invalid(`The class ${quote(name)} shares no colour in ${palette.name}; leave it out.`);
    }
    for (const { color } of shared) {
      const other = chosen.get(color);
      if (other !== undefined) {
        throw invalid(`${quote(other)} and ${quote(name)} share the colour ${color}; choose one of them.`);
      }
      chosen.set(color, name);
      legend.set(color, name);
    }
  }
  return { ...palette, legend: withCheck(legend, palette) };
}

/** The legend, which says of a mask what colours of several classes occur. */
function withCheck(
  legend: Map<string, string>,
  { name: palette, entries }: Pick<Palette, "name" | "entries">,
): ReadonlyMap<string, string> {
  const candidatesOf = new Map<string, readonly string[]>();
  for (const [color, names] of classNamesOf(entries)) {
    if (names.length > 1 && !names.includes(legend.get(color)!)) candidatesOf.set(color, names);
  }
  const check: Legend["check"] = (labels) =>
    labels.flatMap(({ color, pixelCount }): Issue[] => {
      const names = candidatesOf.get(color);
      if (names === undefined || pixelCount === 0) return [];
      const classes = `${names.slice(0, -1).map(quote).join(", ")} or ${quote(names.at(-1)!)}`;
      const remedy =
        "They have no class of their own. chooseClasses gives the colour to one of these classes.";
      const message = `${color}: ${pixelCount} pixels are ${classes}, which have the same colour in ${palette}. ${remedy}`;
      return [{ code: "color-ambiguous", message, path: `legend[${quote(color)}]` }];
    });
  return Object.assign(legend, { check });
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

/** The names of all classes that have a colour, for each colour of a class. Every palette is made when it is imported. */
function classNamesOf(entries: readonly PaletteEntry[]): Map<string, string[]> {
  const classNames = new Map<string, string[]>();
  for (const { color, name, isVoid } of entries) {
    if (isVoid) continue;
    const names = classNames.get(color);
    if (names === undefined) classNames.set(color, [name]);
    else if (!names.includes(name)) names.push(name);
  }
  return classNames;
}
