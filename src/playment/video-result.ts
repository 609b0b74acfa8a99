/**
 * The vendor's result of a video to a list of frames, each with its legend, the URL of its mask, and its objects.
 *
 * An annotation is one object in one frame. The annotations of an object share a `track_id`. So an object keeps its numbers
 * over all frames: they are given here, once for the whole video, from the JSON alone. No mask is needed for them, and the
 * masks can be decoded one by one, in any order.
 */
import { isObject, kindOf, quote } from "../checks/describe.js";
import { IssueList } from "../checks/issue-list.js";
import { type Issue, LabelMapError, ResultError } from "../errors.js";
import { canonicalColor } from "../legend/legend.js";
import {
  type ClassBy,
  type Identity,
  identifyEntries,
  parseResult,
  type SegmentationResult,
} from "../legend/result.js";
import { type FrameLabel, TrackNumbers } from "./track-numbers.js";

/** An object in a frame, as the vendor writes it. Fields that this library does not use are passed on unchecked. */
export interface VideoAnnotation {
  readonly _id: string | null;
  readonly frame_id: string;
  /** The same for all annotations of an object. */
  readonly track_id: string | null;
  readonly attributes: readonly unknown[];
}

/** A frame with its mask's legend and URL. Decode it with `decodeFrame`. */
export interface VideoFrame {
  /** The vendor's `frame_id`. */
  readonly id: string;
  /** Its place among the frames that have a mask, from 0. */
  readonly index: number;
  /** The private URL of the mask. */
  readonly url: string | null;
  /** The legend, and the instances if there are any, like those of an image. */
  readonly result: SegmentationResult;
  readonly annotations: readonly VideoAnnotation[];
  /** What each entry of the legend is, in the order of the legend. */
  readonly labels: readonly FrameLabel[];
  /** Problems of this frame that do not stop the decoding. `result.issues` has those of its legend. */
  readonly issues: readonly Issue[];
}

export interface VideoResult {
  /** In the order of the video. */
  readonly frames: readonly VideoFrame[];
  /** Problems of the list of frames: a frame without a mask, a mask of an unlisted frame. */
  readonly issues: readonly Issue[];
}

export interface VideoResultOptions {
  /** Treats a legend key that is not a colour as an error. */
  readonly strict?: boolean;
  /** What makes a class, as in `decodeMask`. */
  readonly classBy?: ClassBy;
}

/** Where the lists may be, outermost last. */
const PLACES = ["data.annotation_data", "data.sensor_data", "data", "annotation_data", "sensor_data", ""];

/** Whether this looks like the result of a video, and not of an image. */
export function isVideoResult(json: unknown): boolean {
  if (!isObject(json) || json.legend !== undefined) return false;
  const hasPart = PLACES.slice(0, 2).some((place) => isObject(at(json, place)));
  return hasPart || findMasks(json) !== undefined;
}

/**
 * Reads the result of a video: an object or its JSON text. The masks are in a list `masks` or `frames` of `{ frame_id,
 * legend, url }`, in `data`, `data.annotation_data` or the result itself. The frames have the order of
 * `data.sensor_data.frames`, or of the masks if that is missing.
 *
 * An annotation belongs to the label whose colour it names (`color`), to the instance with its `_id`, or to the label whose
 * name it has (`value`), in this order.
 *
 * Issues of a frame: `label-without-track` (its objects count as one with those of the same name), `annotation-without-label`,
 * `track-with-several-classes` (the object counts once in each class). Issues of the video: `frame-without-mask`,
 * `frame-not-listed` (it comes after the listed ones), `annotation-of-unknown-frame`.
 *
 * @throws {ResultError} RESULT_INVALID, which says what was found instead. @throws {LegendError} as `parseResult`
 */
export function parseVideoResult(json: unknown, options: VideoResultOptions = {}): VideoResult {
  const raw = typeof json === "string" ? parseText(json) : json;
  if (!isObject(raw)) throw invalid("", `The result is ${kindOf(raw)}; give the vendor's result object.`);
  const found = findMasks(raw);
  if (found === undefined) throw invalid("", whatWasFound(raw));
  const issues = new IssueList();
  const masks = masksById(found.list, found.path);
  const ids = orderOf(raw, [...masks.keys()], issues);
  const annotations = annotationsByFrame(raw, new Set(ids), issues);
  const numbers = new TrackNumbers();
  const frames: VideoFrame[] = [];
  for (const id of ids) {
    const mask = masks.get(id);
    if (mask === undefined) continue;
    frames.push(readFrame(id, frames.length, mask, annotations.get(id) ?? [], numbers, options));
  }
  return { frames, issues: issues.toArray() };
}

interface RawMask {
  readonly path: string;
  readonly fields: Record<string, unknown>;
}

function parseText(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\ufeff/, ""));
  } catch (cause) {
    throw new ResultError("RESULT_INVALID", "", "The result is not JSON.", { cause });
  }
}

/** The value at a path such as `data.sensor_data`; the path "" is the object itself. */
function at(raw: Record<string, unknown>, path: string): unknown {
  let value: unknown = raw;
  for (const key of path === "" ? [] : path.split(".")) value = isObject(value) ? value[key] : undefined;
  return value;
}

/** The list of masks and its path. A list of frames without legends, such as the video's photos, is not meant. */
function findMasks(raw: Record<string, unknown>) {
  for (const place of PLACES) {
    const holder = at(raw, place);
    if (!isObject(holder)) continue;
    for (const name of ["masks", "frames"]) {
      const list = holder[name];
      if (!Array.isArray(list)) continue;
      const hasLegend = list.some((item) => isObject(item) && item.legend !== undefined);
      const isEmpty = name === "masks" && list.length === 0;
      if (hasLegend || isEmpty) return { path: place === "" ? name : `${place}.${name}`, list };
    }
  }
  return undefined;
}

function whatWasFound(raw: Record<string, unknown>): string {
  const found = PLACES.flatMap((place) => {
    const holder = at(raw, place);
    if (!isObject(holder)) return [];
    const names = Object.keys(holder).slice(0, 12).map(quote).join(", ");
    return [`${place === "" ? "the result" : place} has ${names || "nothing"}`];
  });
  if (raw.legend !== undefined)
    return "This is the result of an image, with one legend; use `labelMap` or `parseResult`.";
  const wanted = "list `masks` or `frames` of { frame_id, legend, url }";
  return `There is no ${wanted} in the result, \`data\` or \`data.annotation_data\`. Found instead: ${found.join("; ")}.`;
}

function masksById(list: readonly unknown[], listPath: string): Map<string, RawMask> {
  const masks = new Map<string, RawMask>();
  for (const [place, fields] of list.entries()) {
    const path = `${listPath}[${place}]`;
    if (!isObject(fields)) throw invalid(path, `is ${kindOf(fields)}; make it an object.`);
    const id = idOf(fields.frame_id);
    if (id === null) throw invalid(`${path}.frame_id`, `is ${kindOf(fields.frame_id)}; make it a string.`);
    const other = masks.get(id);
    if (other !== undefined) {
      throw invalid(`${path}.frame_id`, `is ${quote(id)}, like ${other.path}; a frame has one mask.`);
    }
    masks.set(id, { path, fields });
  }
  return masks;
}

/** The ids of all frames in the order of the video. */
function orderOf(
  raw: Record<string, unknown>,
  ofMasks: readonly string[],
  issues: IssueList,
): readonly string[] {
  const path = ["data.sensor_data.frames", "sensor_data.frames"].find(
    (place) => at(raw, place) !== undefined,
  );
  if (path === undefined) return ofMasks;
  const list = at(raw, path);
  if (!Array.isArray(list)) throw invalid(path, `is ${kindOf(list)}; make it an array.`);
  const listed = new Set(
    Array.from(list, (item: unknown, place) => {
      const id = isObject(item) ? idOf(item.frame_id ?? item.id ?? item._id) : idOf(item);
      if (id === null) throw invalid(`${path}[${place}]`, "has no frame_id; add it.");
      return id;
    }),
  );
  const masks = new Set(ofMasks);
  const report = (code: string, id: string, text: string) =>
    issues.add(code, () => ({ code, message: `frame ${quote(id)}: ${text}` }));
  for (const id of listed)
    if (!masks.has(id)) report("frame-without-mask", id, "has no mask; it is left out.");
  for (const id of masks) {
    if (!listed.has(id))
      report("frame-not-listed", id, `is not in ${path}; it comes after the listed frames.`);
  }
  return [...new Set([...listed, ...ofMasks])];
}

function annotationsByFrame(
  raw: Record<string, unknown>,
  frames: ReadonlySet<string>,
  issues: IssueList,
): Map<string, VideoAnnotation[]> {
  const path = ["data.annotation_data.annotations", "annotation_data.annotations", "annotations"].find(
    (place) => at(raw, place) !== undefined,
  );
  const byFrame = new Map<string, VideoAnnotation[]>();
  const list = path === undefined ? [] : at(raw, path);
  if (!Array.isArray(list)) throw invalid(path!, `is ${kindOf(list)}; make it an array.`);
  for (const [place, item] of (list as unknown[]).entries()) {
    const itemPath = `${path}[${place}]`;
    if (!isObject(item)) throw invalid(itemPath, `is ${kindOf(item)}; make it an object.`);
    const frame_id = idOf(item.frame_id);
    if (frame_id === null) {
      throw invalid(`${itemPath}.frame_id`, `is ${kindOf(item.frame_id)}; make it a string.`);
    }
    const { attributes = [] } = item;
    if (!Array.isArray(attributes)) {
      throw invalid(`${itemPath}.attributes`, `is ${kindOf(attributes)}; make it an array.`);
    }
    const annotation = { ...item, _id: idOf(item._id), frame_id, track_id: idOf(item.track_id), attributes };
    if (!frames.has(frame_id)) {
      const code = "annotation-of-unknown-frame";
      const message = `${itemPath}.frame_id: there is no frame ${quote(frame_id)}.`;
      issues.add(code, () => ({ code, path: `${itemPath}.frame_id`, message }));
    }
    const others = byFrame.get(frame_id);
    if (others === undefined) byFrame.set(frame_id, [annotation]);
    else others.push(annotation);
  }
  return byFrame;
}

function readFrame(
  id: string,
  index: number,
  { path, fields }: RawMask,
  annotations: readonly VideoAnnotation[],
  numbers: TrackNumbers,
  { strict = false, classBy = "name" }: VideoResultOptions,
): VideoFrame {
  let result: SegmentationResult;
  try {
    const { legend, instances, url } = fields;
    result = parseResult({ legend: legend ?? null, instances, url }, { strict });
  } catch (error) {
    throw inMask(error, path);
  }
  const identities = identifyEntries(result, classBy);
  const issues = new IssueList();
  const report = (code: string, text: string) =>
    issues.add(code, () => ({ code, path, message: `frame ${quote(id)}: ${text}` }));
  const owners = assign(annotations, result, identities, (annotation) => {
    const name = annotation._id ?? annotation.track_id;
    const which = name === null ? "an annotation" : `the annotation ${quote(name)}`;
    report(
      "annotation-without-label",
      `${which} names no label of the legend, neither by color, _id nor value; its track is in \`annotations\` only.`,
    );
  });
  const labels = result.legend.entries.map(({ name }, place): FrameLabel => {
    const identity = identities[place]!;
    const annotation = owners.get(place);
    const label = numbers.label(name, identity, annotation);
    if (label.trackId === null && label.instanceNumber > 0) {
      report(
        "label-without-track",
        `the label ${quote(name)} has no annotation with a track; it counts as one object with the labels of this name in other frames.`,
      );
    }
    if (label.trackId !== null && numbers.isSecondClass(label.trackId, identity.className)) {
      report(
        "track-with-several-classes",
        `the track ${quote(label.trackId)} is ${quote(identity.className)} here but another class elsewhere; it counts once in each class.`,
      );
    }
    return label;
  });
  return { id, index, url: result.url, result, annotations, labels, issues: issues.toArray() };
}

/** The error of a mask's legend or instances, with the place of the mask. */
function inMask(error: unknown, path: string): unknown {
  if (error instanceof ResultError && error.path !== "") {
    const message = error.message.slice(`${error.path}: `.length);
    return new ResultError(error.code, `${path}.${error.path}`, message);
  }
  if (error instanceof LabelMapError) error.message = `${path}: ${error.message}`;
  return error;
}

/** The annotation of each label, by the label's place in the legend. The first annotation of a label counts. */
function assign(
  annotations: readonly VideoAnnotation[],
  { legend: { entries } }: SegmentationResult,
  identities: readonly Identity[],
  reportUnused: (annotation: VideoAnnotation) => void,
): Map<number, VideoAnnotation> {
  const owners = new Map<number, VideoAnnotation>();
  if (annotations.length === 0) return owners;
  const byColor = new Map(entries.map(({ color }, place) => [color, [place]]));
  const byId = new Map(identities.map(({ sourceId }, place) => [sourceId, [place]]));
  const byName = new Map<string, number[]>();
  entries.forEach(({ name }, place) => {
    const places = byName.get(name);
    if (places === undefined) byName.set(name, [place]);
    else places.push(place);
  });
  for (const annotation of annotations) {
    const { color, value } = annotation as { readonly color?: unknown; readonly value?: unknown };
    const places =
      (typeof color === "string" ? byColor.get(canonicalColor(color)) : undefined) ??
      (annotation._id === null ? undefined : byId.get(annotation._id)) ??
      (typeof value === "string" ? byName.get(value) : undefined);
    if (places === undefined) reportUnused(annotation);
    for (const place of places ?? []) if (!owners.has(place)) owners.set(place, annotation);
  }
  return owners;
}

/** Ids are opaque. Some tools write them as numbers. */
function idOf(value: unknown): string | null {
  if (typeof value === "string" && value !== "") return value;
  return typeof value === "number" && Number.isFinite(value) ? String(value) : null;
}

function invalid(path: string, message: string): ResultError {
  return new ResultError("RESULT_INVALID", path, message);
}
