/**
 * Changes the class ids of an existing map: from one class list to another, or by a table such as Cityscapes' ids to its
 * train ids. Ids that have no target are an error, since a wrong class would go unnoticed.
 *
 * Each id is looked up once and remembered: in an array if it is small, in a `Map` if not. Equal pixels side by side are
 * looked up together.
 */
import { checkOptions } from "../checks/arguments.js";
import { counted } from "../checks/counted.js";
import { checkKeys, isObject, kindOf, quote } from "../checks/describe.js";
import { invalid } from "../checks/invalid.js";
import { withMemoryFor } from "../checks/memory.js";
import { ClassError, ValueRangeError } from "../errors.js";
import type { ClassEntry, ClassList } from "../legend/class-list.js";
import { isClassList } from "../legend/is-class-list.js";
import { ARRAYS, allocate } from "../maps/allocate.js";
import { contentOf } from "../maps/content.js";
import { checkDenseMap, type DenseMap } from "../maps/dense-map.js";
import type { LabelRuns, RunsInput } from "../maps/label-runs.js";
import { RunsBuilder } from "../maps/runs-builder.js";
import { runsOf } from "../maps/runs-of.js";
import type { Dtype, ViewArrays } from "../maps/views.js";

/** The new id of each old id: `{ 7: 0, 8: 1 }`. */
export type IdTable = Readonly<Record<number, number>> | ReadonlyMap<number, number>;

export interface RemapOptions<D extends Dtype | undefined = Dtype | undefined> {
  /** What to do with pixels whose id has no target: throw an error, or make them void. Default `"error"`. */
  readonly missing?: "error" | "void";
  /** The type of the new array. Default: the type of the map. Runs are always `int32`. */
  readonly dtype?: D;
}

export interface RemapTableOptions<D extends Dtype | undefined = Dtype | undefined> extends RemapOptions<D> {
  /** With `missing: "void"`, the value of pixels whose id is not in the table. Default 255. */
  readonly voidId?: number;
}

/** Runs for runs, and pixels for pixels. */
export type Remapped<M extends RunsInput, D extends Dtype | undefined> = M extends LabelRuns
  ? LabelRuns
  : D extends Dtype
    ? DenseMap<ViewArrays[D]>
    : M extends DenseMap<infer A>
      ? DenseMap<A>
      : never;

/**
 * A copy of a map of class ids, with the ids of another class list.
 *
 * A class gets the id that the new list has for its name and aliases. If the new list knows several of these names, they
 * must have the same id there. If they do not, the class has no target: its pixels could be any of them. The old list's
 * `voidId` becomes the new list's `voidId`, and `ignoreId` becomes `ignoreId`. If both are the same number in the old
 * list, it becomes `voidId`.
 *
 * @param map class ids as H×W pixels, row-major, or as runs.
 * @param from the list whose ids are in the map.
 * @param to the list whose ids you want. `mergeClasses` of `labelmap/legend` makes one with fewer classes.
 * @throws {ClassError} CLASS_UNKNOWN: an id that occurs is not in the old list, or its class has no target. The message
 *   names the ids, their classes and their pixels.
 * @throws {ValueRangeError} VALUE_OUT_OF_RANGE: a new id that occurs does not fit the dtype.
 * @throws {DecodeError} OPTION_INVALID: an invalid option, something that is not a class list or a map, or a map whose
 *   values are labels, instances or panoptic ids; OUT_OF_MEMORY.
 */
export function remap<M extends RunsInput, D extends Dtype | undefined = undefined>(
  map: M,
  from: ClassList,
  to: ClassList,
  options?: RemapOptions<D>,
): Remapped<M, D>;
/**
 * A copy of a map with other values, from a table. Example: `remap(map, { 7: 0, 8: 1 }, { missing: "void" })`.
 *
 * @throws {ClassError} CLASS_UNKNOWN: a value that occurs is not in the table. The message names the values and their
 *   pixels.
 * @throws {ValueRangeError} VALUE_OUT_OF_RANGE: a new value that occurs does not fit the dtype.
 * @throws {DecodeError} OPTION_INVALID: an invalid option, or something that is not a table or a map; OUT_OF_MEMORY.
 */
export function remap<M extends RunsInput, D extends Dtype | undefined = undefined>(
  map: M,
  table: IdTable,
  options?: RemapTableOptions<D>,
): Remapped<M, D>;
export function remap(
  map: RunsInput,
  from: ClassList | IdTable,
  ...rest: readonly unknown[]
): DenseMap | LabelRuns {
  const isByName = isClassList(from);
  const options = checkOptions((isByName ? rest[1] : rest[0]) ?? ({} as RemapTableOptions));
  checkKeys(options, isByName ? "missing dtype" : "missing dtype voidId", "the options");
  const { missing = "error", dtype } = options as RemapTableOptions;
  if (missing !== "error" && missing !== "void") throw invalid('missing must be "error" or "void".');
  if (dtype !== undefined && !Object.hasOwn(ARRAYS, dtype)) {
    throw invalid(`dtype must be one of ${Object.keys(ARRAYS).join(", ")}.`);
  }
  const rule = isByName ? ruleOfLists(from, rest[0]) : ruleOfTable(from, options as RemapTableOptions);
  if (isByName) checkContent(map);

  if (isObject(map) && "runEnds" in map) {
    if (dtype !== undefined && dtype !== "int32") {
      throw invalid(`Runs hold int32, not ${dtype}; leave the dtype out, or give pixels.`);
    }
    return remapRuns(runsOf(map), new Targets(rule, missing, "int32"));
  }
  checkDenseMap(map);
  return remapPixels(map, new Targets(rule, missing, dtype ?? dtypeOf(map)));
}

/** How ids become other ids. */
interface Rule {
  readonly voidId: number;
  /** `undefined` if the id has no target. */
  targetOf(id: number): number | undefined;
  /** What a message says of an id without a target; `null` if the number says it all. */
  describe(id: number): string | null;
  /** What to do about ids without a target. */
  readonly remedy: string;
}

function ruleOfLists(from: ClassList, to: unknown): Rule {
  if (!isClassList(to)) throw invalid(`The new class list is ${kindOf(to)}; give a ClassList.`);
  const entries = new Map(from.classes.map((entry) => [entry.id, entry]));
  return {
    voidId: to.voidId,
    targetOf: (id) => {
      const entry = entries.get(id);
      if (entry !== undefined) {
        const ids = idsIn(to, entry);
        return ids.size === 1 ? [...ids][0] : undefined;
      }
      return id === from.voidId ? to.voidId : id === from.ignoreId ? to.ignoreId : undefined;
    },
    describe: (id) => {
      const entry = entries.get(id);
      if (entry === undefined) return "not in the old list";
      const isSplit = idsIn(to, entry).size > 1;
      return quote(entry.name) + (isSplit ? ", several classes in the new list" : "");
    },
    remedy: 'Add what is missing to the class lists, or pass missing: "void".',
  };
}

/** The ids that a list has for the names of a class. */
function idsIn(list: ClassList, { name, aliases = [] }: ClassEntry): Set<number> {
  const ids = [name, ...aliases].map((each) => list.idOf(each));
  return new Set(ids.filter((id) => id !== undefined));
}

function ruleOfTable(table: unknown, { voidId = 255 }: RemapTableOptions): Rule {
  if (!isObject(table)) {
    throw invalid(
      `The table is ${kindOf(table)}; give a ClassList, or an object such as { 7: 0, 8: 1 }${typeof table === "string" ? "; JSON.parse makes one of a file's text" : ""}.`,
    );
  }
  const pairs = table instanceof Map ? [...table] : Object.entries(table).map(([id, to]) => [idOf(id), to]);
  for (const [id, target] of pairs) {
    if (isInt32(id) && isInt32(target)) continue;
    const shown = [id, target].map((value) => (typeof value === "number" ? value : kindOf(value)));
    throw invalid(`The table maps ${shown.join(" to ")}; give integers from -2147483648 to 2147483647.`);
  }
  if (!isInt32(voidId)) throw invalid("voidId must be an integer from -2147483648 to 2147483647.");
  const targets = new Map(pairs as [number, number][]);
  return {
    voidId,
    targetOf: (id) => targets.get(id),
    describe: () => null,
    remedy: 'Add them to the table, or pass missing: "void".',
  };
}

/** The number that a key of an object stands for. Other keys stay texts, which are no ids. */
function idOf(key: string): number | string {
  return String(Number(key)) === key ? Number(key) : key;
}

function isInt32(value: unknown): boolean {
  return typeof value === "number" && (value | 0) === value;
}

function checkContent(map: RunsInput): void {
  const content = contentOf(map);
  if (content === undefined || content === "semantic") return;
  const what = content === "label" ? "labels" : content === "instance" ? "instances" : "panoptic ids";
  throw invalid(`The map's values are ${what}, not class ids; decode it with map: "semantic".`);
}

/** Ids from 0 to below this are looked up in an array. */
const MAX_SMALL_ID = 65_536;
const RANGES: Readonly<Record<Dtype, readonly [least: number, most: number]>> = {
  uint8: [0, 255],
  uint16: [0, 65_535],
  int32: [-(2 ** 31), 2 ** 31 - 1],
};

/** The new ids, each found out once. */
class Targets {
  /** Whether an id came up that has no target, or whose target does not fit. */
  hasFailed = false;
  readonly dtype: Dtype;
  readonly #rule: Rule;
  readonly #missing: "error" | "void";
  readonly #small = new Int32Array(MAX_SMALL_ID);
  readonly #isKnown = new Uint8Array(MAX_SMALL_ID);
  readonly #wide = new Map<number, number>();

  constructor(rule: Rule, missing: "error" | "void", dtype: Dtype) {
    this.#rule = rule;
    this.#missing = missing;
    this.dtype = dtype;
  }

  /** The new id; 0 if there is none. */
  of(id: number): number {
    if (id >= 0 && id < MAX_SMALL_ID) {
      if (this.#isKnown[id] === 0) {
        this.#small[id] = this.#find(id);
        this.#isKnown[id] = 1;
      }
      return this.#small[id]!;
    }
    const known = this.#wide.get(id);
    if (known !== undefined) return known;
    const target = this.#find(id);
    this.#wide.set(id, target);
    return target;
  }

  /** The error for a map with ids that have failed. */
  errorOf(map: RunsInput): Error {
    const pixels = [...countPixels(runsOf(map))].sort(([a, m], [b, n]) => n - m || a - b);
    const lost = pixels.filter(([id]) => this.#targetOf(id) === undefined);
    if (lost.length > 0) {
      const shown = lost.slice(0, 10).map(([id, count]) => {
        const about = [this.#rule.describe(id), counted(count, "pixel")].filter((part) => part !== null);
        return `${id} (${about.join(", ")})`;
      });
      const more = lost.length > 10 ? ` and ${lost.length - 10} more` : "";
      const what = lost.length === 1 ? "This id has" : "These ids have";
      const message = `${what} no target: ${shown.join(", ")}${more}. ${this.#rule.remedy}`;
      return new ClassError("CLASS_UNKNOWN", message);
    }
    const [id, count] = pixels.find(([each]) => !this.#isFit(this.#targetOf(each)!))!;
    const message = `The value ${this.#targetOf(id)} of the id ${id} (${counted(count, "pixel")}) does not fit ${this.dtype}; pass another dtype.`;
    return new ValueRangeError("VALUE_OUT_OF_RANGE", message);
  }

  #find(id: number): number {
    const target = this.#targetOf(id);
    if (target !== undefined && this.#isFit(target)) return target;
    this.hasFailed = true;
    return 0;
  }

  #targetOf(id: number): number | undefined {
    return this.#rule.targetOf(id) ?? (this.#missing === "void" ? this.#rule.voidId : undefined);
  }

  #isFit(target: number): boolean {
    const [least, most] = RANGES[this.dtype];
    return target >= least && target <= most;
  }
}

function remapRuns(runs: LabelRuns, targets: Targets): LabelRuns {
  const { width, height, bandTops, bandRuns, runEnds, values } = runs;
  const ids = values.map((id) => targets.of(id));
  if (targets.hasFailed) throw targets.errorOf(runs);
  const builder = new RunsBuilder();
  for (let band = 0; band < bandTops.length - 1; band++) {
    const end = bandRuns[band + 1]!;
    for (let run = bandRuns[band]!; run < end; run++) {
      // Different old ids may be the same new id. Then their runs are one.
      if (run + 1 === end || ids[run] !== ids[run + 1]) builder.add(runEnds[run]!, ids[run]!);
    }
    builder.endRows(bandTops[band]!);
  }
  return builder.build(width, height);
}

/** Pixels are copied to and from arrays of 32 bits, since a loop that sees several array types takes twice as long. */
const BLOCK_PIXELS = 16_384;

function remapPixels(map: DenseMap, targets: Targets): DenseMap {
  const { width, height, data } = map;
  const output = withMemoryFor(`${data.length} pixels`, () => allocate(targets.dtype, data.length));
  const ids = new Int32Array(Math.min(BLOCK_PIXELS, data.length));
  const found = new Int32Array(ids.length);
  for (let start = 0; start < data.length; start += ids.length) {
    const length = Math.min(ids.length, data.length - start);
    ids.set(data.subarray(start, start + length));
    for (let pixel = 0; pixel < length; ) {
      const id = ids[pixel]!;
      const target = targets.of(id);
      do found[pixel++] = target;
      while (pixel < length && ids[pixel] === id);
    }
    output.set(found.subarray(0, length), start);
  }
  if (targets.hasFailed) throw targets.errorOf(map);
  const result = { width, height, data: output };
  return contentOf(map) === "semantic" ? Object.assign(result, { map: "semantic" }) : result;
}

function countPixels({ bandTops, bandRuns, runEnds, values }: LabelRuns): Map<number, number> {
  const counts = new Map<number, number>();
  for (let band = 0; band + 1 < bandTops.length; band++) {
    const rows = bandTops[band + 1]! - bandTops[band]!;
    let start = 0;
    for (let run = bandRuns[band]!; run < bandRuns[band + 1]!; run++) {
      const end = runEnds[run]!;
      counts.set(values[run]!, (counts.get(values[run]!) ?? 0) + (end - start) * rows);
      start = end;
    }
  }
  return counts;
}

function dtypeOf({ data }: DenseMap): Dtype {
  return ({ 1: "uint8", 2: "uint16", 4: "int32" } as const)[data.BYTES_PER_ELEMENT as 1 | 2 | 4];
}
