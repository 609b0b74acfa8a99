/// <reference types="node" />
/**
 * The options of the outputs as plain data. They are checked once and are the same on every machine. Their id shows whether
 * a finished task was made with exactly these options.
 */

import { createHash } from "node:crypto";
import type { ClassBy, ClassList, ClassListJSON, Resize, SnapOptions, Target, Transparent } from "labelmap";
import { isObject } from "labelmap/checks";
import type { SegmentOptions } from "labelmap/formats";
import type { EncodingInput } from "labelmap/ids";
import type { LegendForm } from "labelmap/legend";
import { FORMATS, type OutputFormat } from "./output-options.js";

/** The complete options as plain JSON, with their id. */
export interface OutputPlan {
  /** 16 hex digits of the SHA-256 of the options' canonical JSON. */
  readonly id: string;
  readonly format: OutputFormat;
  /** For `npy` and `png`. */
  readonly target?: Exclude<Target, { map: "runs" }>;
  readonly classes?: ClassListJSON;
  readonly things?: readonly string[];
  readonly objects?: SegmentOptions["objects"];
  readonly minArea?: number;
  readonly labels?: Readonly<Record<string, string>>;
  readonly missing: "error" | "void";
  /** Missing: each legend is read in the one form that recognises it. */
  readonly form?: LegendForm;
  readonly decode: {
    readonly resize?: Resize;
    readonly snap?: SnapOptions;
    /** Missing: what the mask and its legend say. */
    readonly encoding?: EncodingInput;
    readonly strict: boolean;
    readonly classBy: ClassBy;
    /** Missing: `"ignore-alpha"`. */
    readonly transparent?: Transparent;
    readonly maxPixels?: number;
  };
}

/**
 * The plan as JSON, made once. Threads get it in this form: copying a text takes a tenth of the time that copying a class
 * list of objects takes.
 */
export function planText(plan: OutputPlan): string {
  const text = texts.get(plan) ?? JSON.stringify(plan);
  texts.set(plan, text);
  return text;
}

const texts = new WeakMap<OutputPlan, string>();

/** The plan in the text of an options file; `undefined` if the text is damaged or contains another plan. */
export function parsePlan(text: string, id: string): OutputPlan | undefined {
  let plan: unknown;
  try {
    plan = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isObject(plan)) return undefined;
  const { id: name, ...options } = plan as unknown as OutputPlan;
  // The id is a hash of all other options.
  return name === id && idOf(options) === id && FORMATS.includes(options.format)
    ? { id, ...options }
    : undefined;
}

/**
 * Whether the plan with that id made the same outputs as this plan would. That includes plans whose class list is a shorter
 * beginning of this plan's list: masks with a class missing from the shorter list failed, so all others have the same
 * outputs. So a data set need not be decoded again when a new class turns up.
 */
export function makesSameOutputs(plan: OutputPlan, id: string): boolean {
  const ids = idsOfSameOutputs.get(plan) ?? findSameOutputs(plan);
  idsOfSameOutputs.set(plan, ids);
  return ids.has(id);
}

const idsOfSameOutputs = new WeakMap<OutputPlan, ReadonlySet<string>>();

function findSameOutputs({ id, ...plan }: OutputPlan): ReadonlySet<string> {
  const { classes: list, things = [], missing } = plan;
  const ids = new Set([id]);
  if (list === undefined || missing === "void") return ids;
  for (let count = 0; count < list.classes.length; count++) {
    const classes = { ...list, classes: list.classes.slice(0, count) };
    const isKnown = new Set(classes.classes.flatMap(({ name, aliases = [] }) => [name, ...aliases]));
    const knownThings = things.filter((name) => isKnown.has(name));
    ids.add(idOf({ ...plan, classes, ...(plan.things === undefined ? {} : { things: knownThings }) }));
  }
  return ids;
}

/** A plan's target with its `ClassList`, which JSON cannot hold. */
export function targetWith(
  target: NonNullable<OutputPlan["target"]>,
  classes: ClassList | undefined,
): Target {
  return target.map === "semantic" || target.map === "panoptic"
    ? ({ ...target, classes: classes! } as Target)
    : (target as Target);
}

export function idOf(plan: Omit<OutputPlan, "id">): string {
  return createHash("sha256").update(canonical(plan)).digest("hex").slice(0, 16);
}

/** JSON with sorted keys: equal options give equal text. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) =>
    isObject(item) ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1))) : item,
  );
}
