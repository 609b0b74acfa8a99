/** The binary masks of an image to one label map, with an order for pixels that are in several masks. */

import { checkOptions } from "../../checks/arguments.js";
import type { OrConst } from "../../checks/const-options.js";
import { counted } from "../../checks/counted.js";
import { checkKeys, isObject, kindOf, quote } from "../../checks/describe.js";
import { invalid } from "../../checks/invalid.js";
import { IssueList } from "../../checks/issue-list.js";
import { checkSignal } from "../../checks/signal.js";
import { checkLimits, type LimitOptions } from "../../decode/limits.js";
import type { PngInput } from "../../decode/png-input.js";
import { ClassError, FormatError, LabelMapError } from "../../errors.js";
import type { ClassList } from "../../legend/class-list.js";
import type { LabelMap } from "../../maps/label-map.js";
import { type LabelFacts, makeLabelMap } from "../../maps/make-label-map.js";
import type { AbortableOptions } from "../shared/abortable.js";
import { MaskLimit } from "../shared/bitmaps.js";
import { checkThings } from "../shared/drawn-objects.js";
import { isBackground } from "../shared/labelmap-classes.js";
import { checkClassList } from "../shared/segments.js";
import { classListFrom } from "../shared/set-reading.js";
import { Canvas } from "./canvas.js";
import { checkThreshold, FORMAT, type OnOff, readOnOff } from "./values.js";

/** All masks of an image together may have so many times `maxPixels`, and no more than 2^32 pixels. */
const MOST_LAYERS = 512;

/** The mask of a class or an object. */
export interface BinaryMask {
  readonly className: string;
  /** The object's number, from 0 or 1. Without a number, the mask is stuff, or all objects of the class together. */
  readonly instance?: number | undefined;
  /** The PNG, or a function that reads it when its turn comes. */
  readonly png: PngInput | (() => Promise<PngInput>);
  /** What messages call the mask, such as its path. Default: its place in the list. */
  readonly name?: string;
}

/** How binary masks are read. */
export interface BinaryMasksReadOptions extends LimitOptions, AbortableOptions {
  /**
   * Which mask a pixel gets if several have it. `"last"`, the default: the last mask in the list covers the others.
   * `"first"`: the first mask does. A list of class names: a class covers all classes behind it in the list, and in a class
   * the first mask covers the others. `"error"`: masks must not overlap.
   */
  readonly order?: "first" | "last" | "error" | readonly string[];
  /**
   * The least value that is on, for masks with soft edges: 128. Default: a mask must have no values but 0 and one other,
   * which is 1 or the largest (255).
   */
  readonly threshold?: number;
  /**
   * The names of the classes that have objects. Of every other class, all masks together are one label. Default: masks with a
   * number are objects.
   */
  readonly things?: Iterable<string>;
  /** The classes and their ids. Default: ids from 1 in the order of the names; `background` is 0. */
  readonly classes?: ClassList;
}

/**
 * Turns the binary masks of one image into a label map, with a label for each class or object. Each PNG is grey, a palette, or
 * RGB with equal channels. 0 (black) is off, and the one other value is on. In a palette this may be any colour. Pixels in no
 * mask are unlabelled.
 *
 * If an object of a class has the number 0, the numbers of the class are one higher in the label map. `sourceId` is the number in
 * the file. A mask without a number is a crowd if other masks of its class have numbers.
 *
 * `issues`: `masks-overlap` counts the pixels that are in masks of several labels; `value-between` counts those that are
 * neither 0 nor the largest value and were decided by `threshold`; `mask-empty` (no pixel is on) and `mask-covered` (other masks
 * have all its pixels).
 *
 * @param masks in the order that `order` is about
 * @throws {FormatError} FORMAT_INVALID: there is no mask, a value is neither 0 nor the one other, or masks overlap and `order`
 *   is `"error"`; the error names the mask. FORMAT_UNSUPPORTED: a PNG has alpha, or the masks are too large together.
 * @throws {LabelMapError} SIZE_MISMATCH: masks have different sizes.
 * @throws {ClassError} CLASS_UNKNOWN: `order` or `classes` lacks a class.
 * @throws {PngError} a file is damaged or exceeds the limits.
 * @throws {DecodeError} OPTION_INVALID, OUT_OF_MEMORY, WASM_UNAVAILABLE.
 */
export async function decodeBinaryMasks<const Given extends object = BinaryMasksReadOptions>(
  masks: Iterable<BinaryMask>,
  options?: OrConst<Given, BinaryMasksReadOptions>,
): Promise<LabelMap>;
export async function decodeBinaryMasks(
  masks: Iterable<BinaryMask>,
  options: BinaryMasksReadOptions = {},
): Promise<LabelMap> {
  checkKeys(
    checkOptions(options),
    "order threshold things classes maxPixels maxBytes verify strict signal",
    "the options",
  );
  const { order = "last", threshold, things, classes, ...limits } = options;
  const all = checkMasks(masks);
  checkOrder(order);
  const least = checkThreshold(threshold);
  const names = checkThings(things);
  if (classes !== undefined) checkClassList(classes);
  if (all.length === 0) throw wrong("there is no mask, so the size of the image is unknown");
  const { facts, labelOf } = labelsOf(all, names, classes ?? classesFrom(all));
  const issues = new IssueList();
  const { maxPixels } = checkLimits(limits);
  checkSignal(limits.signal);
  const limit = new MaskLimit(Math.min(2 ** 32, MOST_LAYERS * maxPixels));
  let canvas: Canvas | undefined;
  let between = 0;
  for (const place of fromTheTop(all, order)) {
    const mask = all[place]!;
    const png = typeof mask.png === "function" ? await mask.png() : mask.png;
    const found = await readNamed(png, mask.name, least, limits);
    canvas ??= new Canvas(found.width, found.height, mask.name, order === "error");
    canvas.checkSize(found, mask.name);
    limit.spend(found.data.length, mask.name, FORMAT);
    for (const issue of found.issues) issues.add(issue.code, () => issue);
    between += found.between;
    const { area, added, overlap } = canvas.paint(found, labelOf[place]!, place);
    if (overlap !== null && order === "error") {
      const [x, y] = [overlap.pixel % found.width, Math.floor(overlap.pixel / found.width)];
      const problem = `${all[overlap.place]!.name} and ${mask.name} have the same pixel (${x}, ${y})`;
      throw wrong(`${problem}; correct the masks, or pass order: "first", "last" or a list of classes`);
    }
    if (added > 0) continue;
    const [code, problem] =
      area === 0 ? ["mask-empty", "has no pixel that is on"] : ["mask-covered", "is covered by other masks"];
    issues.add(code, () => ({
      code,
      message: `${mask.name}: the mask of ${quote(mask.className)} ${problem}.`,
    }));
  }
  const { map, overlapping } = canvas!;
  if (overlapping > 0) {
    const which = typeof order === "string" ? `the ${order} mask` : "the class that comes first in `order`";
    const message = `${counted(overlapping, "pixel is", "pixels are")} in several masks; ${which} counts.`;
    issues.add("masks-overlap", () => ({ code: "masks-overlap", message }));
  }
  if (between > 0) {
    const message = `${counted(between, "pixel is", "pixels are")} neither on nor off; the threshold ${least} decides.`;
    issues.add("value-between", () => ({ code: "value-between", message }));
  }
  return makeLabelMap(map, facts, issues.toArray());
}

async function readNamed(
  png: PngInput,
  name: string,
  threshold: number | undefined,
  limits: LimitOptions & AbortableOptions,
): Promise<OnOff> {
  try {
    return await readOnOff(png, name, threshold, limits);
  } catch (error) {
    const isNamed = !(error instanceof LabelMapError) || error.message.includes(name);
    if (!isNamed && error.code !== "OPTION_INVALID") error.message = `${name}: ${error.message}`;
    throw error;
  }
}

type NamedMask = BinaryMask & { readonly name: string };

/** @throws {DecodeError} OPTION_INVALID */
function checkMasks(masks: unknown): readonly NamedMask[] {
  const isList = (isObject(masks) || Array.isArray(masks)) && Symbol.iterator in masks;
  if (!isList) throw invalid(`The masks are ${kindOf(masks)}; give an array of { className, png }.`);
  return Array.from(masks as Iterable<unknown>, (item, place): NamedMask => {
    const path = `masks[${place}]`;
    if (!isObject(item)) throw invalid(`${path} is ${kindOf(item)}; give { className, png }.`);
    const { className, instance, name = path } = item as Partial<NamedMask>;
    if (typeof className !== "string" || className === "") {
      throw invalid(`${path}.className must be the name of a class.`);
    }
    if (instance !== undefined && !(Number.isInteger(instance) && instance >= 0 && instance < 2 ** 31 - 1)) {
      throw invalid(`${path}.instance must be an integer from 0 to 2147483646.`);
    }
    if (typeof name !== "string") throw invalid(`${path}.name must be a string.`);
    return { ...(item as unknown as BinaryMask), name };
  });
}

/** @throws {DecodeError} OPTION_INVALID */
export function checkOrder(order: unknown): void {
  if (order === "first" || order === "last" || order === "error") return;
  if (Array.isArray(order) && order.every((name) => typeof name === "string")) return;
  throw invalid('order must be "first", "last", "error" or a list of class names.');
}

/** The places of the masks, the topmost first. @throws {ClassError} CLASS_UNKNOWN: the list lacks a class */
function fromTheTop(
  masks: readonly NamedMask[],
  order: NonNullable<BinaryMasksReadOptions["order"]>,
): readonly number[] {
  const places = [...masks.keys()];
  if (order === "last") return places.reverse();
  if (typeof order === "string") return places;
  const ranks = new Map([...order].reverse().map((name, rank) => [name, order.length - rank]));
  const stranger = masks.find(({ className }) => !ranks.has(className));
  if (stranger !== undefined) {
    const problem = `order lacks the class ${quote(stranger.className)} of ${stranger.name}`;
    throw new ClassError("CLASS_UNKNOWN", `${problem}; list all classes, the topmost first.`);
  }
  return places.sort((a, b) => ranks.get(masks[a]!.className)! - ranks.get(masks[b]!.className)!);
}

/** Ids from 1 in the order of the names; the background has 0. */
export function classesFrom(masks: Iterable<{ readonly className: string }>): ClassList {
  let next = 1;
  let hasBackground = false;
  const names = [...new Set(Array.from(masks, ({ className }) => className))].sort();
  return classListFrom(
    names.map((name) => {
      const isZero = isBackground(name) && !hasBackground;
      hasBackground ||= isZero;
      return { id: isZero ? 0 : next++, name };
    }),
  );
}

/** What is known of each label, and the label of each mask. @throws {ClassError} CLASS_UNKNOWN */
function labelsOf(
  masks: readonly NamedMask[],
  things: ReadonlySet<string> | undefined,
  classes: ClassList,
): { readonly facts: readonly LabelFacts[]; readonly labelOf: readonly number[] } {
  const isObjectMask = ({ className, instance }: BinaryMask) =>
    instance !== undefined && (things?.has(className) ?? true);
  const numbered = new Set<string>();
  const fromZero = new Set<string>();
  for (const mask of masks.filter(isObjectMask)) {
    numbered.add(mask.className);
    if (mask.instance === 0) fromZero.add(mask.className);
  }
  const facts: LabelFacts[] = [];
  const labelOfKey = new Map<string, number>();
  const labelOf = masks.map((mask) => {
    const { className, instance, name } = mask;
    const classId = classes.idOf(className);
    if (classId === undefined) {
      const problem = `the class list lacks ${quote(className)} of ${name}`;
      throw new ClassError("CLASS_UNKNOWN", `${problem}; add the class.`);
    }
    const isInstance = isObjectMask(mask);
    const key = JSON.stringify(isInstance ? [className, instance] : [className]);
    const known = labelOfKey.get(key);
    if (known !== undefined) return known;
    labelOfKey.set(key, facts.length);
    const ofObject = { instanceNumber: instance! + (fromZero.has(className) ? 1 : 0), sourceId: instance! };
    const isThing = isInstance || numbered.has(className) || (things?.has(className) ?? false);
    facts.push({
      ...{ className, classId, isInstance, isThing },
      isCrowd: !isInstance && numbered.has(className),
      ...(isInstance ? ofObject : {}),
    });
    return facts.length - 1;
  });
  return { facts, labelOf };
}

const wrong = (message: string) => new FormatError("FORMAT_INVALID", FORMAT, `${message}.`);
