/// <reference types="node" />
/**
 * The commands that the doctor suggests. Each works when you run it as it stands: it repeats the flags of the source, leaves
 * out the masks that cannot be decoded, and writes to a directory that does not exist yet.
 */

import { existsSync } from "node:fs";
import { basename, dirname, join, relative, resolve } from "node:path";
import type { SetFormat } from "labelmap/formats";
import type { LegendForm } from "labelmap/legend";
import type { SourceFlags } from "../sources/open-set.js";
import { argument, wordsOf } from "../sources/source-words.js";

/** A filter with more names would make the command unreadable. */
const MOST_LEFT_OUT = 20;

/** What a suggested conversion depends on. */
export interface Situation {
  /** The arguments, as they were given. */
  readonly sources: readonly string[];
  /** The paths of the arguments on disk. */
  readonly inputs: readonly string[];
  /** The folder that paths of the source begin in. */
  readonly root: string | null;
  readonly flags: SourceFlags;
  readonly format: SetFormat;
  /** The images that cannot be decoded; at most the first hundred are known by name. */
  readonly failed: { readonly count: number; readonly names: readonly string[] };
  readonly images: number;
  /** Whether the class list is known. Without it nothing can be converted. */
  readonly hasClasses: boolean;
  /** Whether pixels have a class that the list lacks. */
  readonly hasUnlisted: boolean;
}

export class Commands {
  readonly #situation: Situation;

  constructor(situation: Situation) {
    this.#situation = situation;
  }

  /** The format that a healthy set is converted to: another one, which holds all that a map has. */
  get target(): SetFormat {
    return this.#situation.format === "coco-panoptic" ? "mask-folder" : "coco-panoptic";
  }

  /**
   * @param more words after the format, such as `["--snap", "12"]`
   * @param flags instead of the source's own
   * @returns `null` if a conversion fails in any case
   */
  convert(
    more: readonly string[] = [],
    {
      to = this.target,
      flags = this.#situation.flags,
      areReadable = false,
    }: { readonly to?: SetFormat; readonly flags?: SourceFlags; readonly areReadable?: boolean } = {},
  ): string | null {
    const { sources, failed, images, hasClasses, hasUnlisted } = this.#situation;
    const out = this.#out(to);
    if (out === null) return null;
    if (!areReadable && (!hasClasses || images === 0 || failed.count > MOST_LEFT_OUT)) return null;
    const words = ["labelmap", "convert", ...sources.map(argument), ...wordsOf(flags), "--to", to, ...more];
    if (hasUnlisted && to !== "mask-folder") words.push("--missing", "void");
    if (!areReadable && failed.count > 0) words.push("--filter", `image:${exceptFor(failed.names)}`);
    return [...words, "--out", out].map(quoted).join(" ");
  }

  /** A command that writes a file for `--map-classes`, and then converts. */
  convertWithClassMap(map: Readonly<Record<string, readonly string[]>>): string | null {
    const file = free("class-map", ".json");
    const converted = this.convert(["--map-classes", file]);
    if (converted === null) return null;
    return `printf '%s' ${quoted(JSON.stringify(map))} > ${quoted(file)} && ${converted}`;
  }

  /** A conversion with this legend of the source, in this form. */
  convertWithLegend(path: string, form: LegendForm): string | null {
    const legend = pathFrom(this.#situation.root, path);
    if (legend === null || !existsSync(legend)) return null;
    const { flags } = this.#situation;
    return this.convert([], { flags: { ...flags, legend, form }, areReadable: true });
  }

  /** Another examination, with this legend of the source. A file in a zip archive is no file on disk. */
  doctorWithLegend(path: string): string | null {
    const legend = pathFrom(this.#situation.root, path);
    return legend !== null && existsSync(legend) ? this.doctor({ legend }) : null;
  }

  doctor(flags: SourceFlags): string {
    const words = [
      "labelmap",
      "doctor",
      ...this.#situation.sources.map(argument),
      ...wordsOf({ ...this.#situation.flags, ...flags }),
    ];
    return words.map(quoted).join(" ");
  }

  /** A directory that does not exist, and that is neither in the source nor around it. */
  #out(to: SetFormat): string | null {
    const { sources, inputs } = this.#situation;
    const name = basename(resolve(sources[0]!))
      .replace(/\.(?:zip|png|json)$/i, "")
      .replace(/[^\w.-]+/g, "");
    const folder = inputs.map((input) => resolve(input)).find((input) => isInside(process.cwd(), input));
    const place = folder === undefined ? "" : relative(process.cwd(), dirname(folder));
    // The source is the root of the file system.
    if (folder !== undefined && isInside(dirname(folder), folder)) return null;
    return free(join(place, `${name === "" || name.startsWith(".") ? "set" : name}-${to}`), "");
  }
}

/** A file of the source, from the working directory; `null` if it is in a zip file. */
export function pathFrom(root: string | null, path: string): string | null {
  return root === null ? null : argument(relative(process.cwd(), join(root, path)));
}

function isInside(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way === "" || (!way.startsWith("..") && resolve(folder, way) === path);
}

function free(stem: string, ending: string): string {
  for (let number = 1; ; number++) {
    const name = `${stem}${number === 1 ? "" : `-${number}`}${ending}`;
    if (!existsSync(name)) return name;
  }
}

/** A pattern that matches all names but these. */
function exceptFor(names: readonly string[]): string {
  const escaped = names.map((name) => name.replace(/[\\*?[\]{}()!+@|,^$]/g, "\\$&"));
  return escaped.length === 1 ? `!${escaped[0]}` : `!{${escaped.join(",")}}`;
}

/** A word for a POSIX shell. */
export function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
