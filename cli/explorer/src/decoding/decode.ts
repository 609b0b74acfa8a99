/**
 * Turns a mask and its legend into the map that is drawn and the labels that are listed. Colours and ids missing from the
 * legend become labels after those of the legend, so that each can be found, hidden and outlined like any other.
 */
import {
  decodeMask,
  type Issue,
  LabelMapError,
  type Resize,
  type RunsMap,
  type SegmentationResult,
  type TargetMap,
} from "labelmap";
import { ENCODINGS, type EncodingName } from "labelmap/ids";
import type { LegendForm } from "labelmap/legend";
import { legendOfMask } from "../../../src/mask-legend.js";
import { formatCount } from "../format.js";
import { bufferOf } from "../stage/label-image.js";
import { CodedError } from "./coded-error.js";
import { labelImageOf, valueCountFor } from "./label-image.js";
import { type MaskColor, maskColors } from "./mask-colors.js";
import { MOST_NAMED_IDS } from "./most-named-ids.js";
import type { DecodedMask, MaskFiles, ShownIssue, ShownLabel } from "./protocol.js";

/** The most labels. The map's largest value, 65,535, stands for all unlisted colours. */
const MOST_LABELS = 65_535;

/** A mask's legend, and how its samples stand for labels. */
export interface KnownLegend {
  /** `null`: the numbers of the mask are its labels, or the encoding has a legend of its own. */
  readonly legend: SegmentationResult | null;
  readonly encoding: EncodingName;
  readonly kind: DecodedMask["kind"];
  /** Without a legend: the colours of the mask, which are the labels. */
  readonly colors: readonly MaskColor[];
}

type LegendUse = Pick<KnownLegend, "legend" | "encoding">;

const EMPTY: SegmentationResult = {
  legend: { entries: [], issues: [] },
  instances: null,
  url: null,
  issues: [],
};

export async function decode(files: MaskFiles): Promise<DecodedMask> {
  const started = performance.now();
  const { name, png } = files;
  const known = await legendOf(files);
  const { encoding, kind } = known;
  const first = await decodeToRuns(png, known);
  const decoded = performance.now();
  const unknown = kind === "labels" ? await unknownLegend(png, known, first) : null;
  const map = unknown === null ? first : await decodeToRuns(png, { ...known, legend: unknown.legend });
  const listed = performance.now();
  const image = labelImageOf(map, valueCountFor(map.labels.length));

  const labels = map.labels.map((label): ShownLabel => {
    const { index, color, name, classId, instanceNumber, pixelCount, bbox } = label;
    const isUnknown = unknown?.isAdded(label) === true;
    const className = !isUnknown ? label.className : encoding === "colors" ? "unknown colour" : "unknown id";
    const id = kind === "colours" ? known.colors[index]!.id : kind === "numbers" ? Number(classId) : null;
    return { index, id, color, name, className, classId, instanceNumber, pixelCount, bbox, isUnknown };
  });
  return {
    name,
    kind,
    encoding,
    form: (known.legend?.legend.form ?? null) as LegendForm | null,
    ...image,
    labels,
    unlistedPixels: map.unlabelled.count,
    // Not those of the second pass, which would report the added colours.
    issues: first.issues.map((issue) => showIssue(issue, known)),
    timings: {
      decode: decoded - started,
      unknown: unknown === null ? 0 : listed - decoded,
      mapBytes: bufferOf(image).byteLength,
      pngBytes: png.byteLength,
    },
  };
}

/** The legend. Without one, the numbers of a grey or palette image; otherwise a legend in which each colour is a label. */
export async function legendOf({ png, result, resultName, reading }: MaskFiles): Promise<KnownLegend> {
  const source = result === null ? null : { text: result, name: resultName ?? "legend" };
  const { legend, encoding: given } = legendOfMask(png, source, reading);
  const encoding = given as EncodingName;
  if (legend !== null || encoding !== "colors") {
    const about = ENCODINGS.find(({ name }) => name === encoding);
    const isNumbers = legend === null && about?.legend === undefined && about?.objects === "none";
    const known: KnownLegend = { legend, encoding, kind: isNumbers ? "numbers" : "labels", colors: [] };
    if (!isNumbers || encoding !== "palette-index" || reading.encoding !== undefined) return known;
    if (await isDecodable(png, known)) return known;
  }
  const colors = (await maskColors(png)).slice(0, MOST_LABELS);
  return { legend: withColors(EMPTY, colors), encoding: "colors", kind: "colours", colors };
}

/** Whether the indices of a palette are numbers. If its order is of no use, its colours are the labels. */
async function isDecodable(png: Uint8Array, known: KnownLegend): Promise<boolean> {
  try {
    await decodeToPixels(png, known, { resize: { width: 1, height: 1 } });
    return true;
  } catch (error) {
    if (error instanceof LabelMapError && error.code === "ENCODING_MISMATCH") return false;
    throw error;
  }
}

/** @throws what `decodeMask` throws; {CodedError} TOO_MANY_LABELS: more than can be drawn */
export async function decodeToRuns(png: Uint8Array, { legend, encoding }: LegendUse): Promise<RunsMap> {
  const map = await decodeMask(png, legend, { encoding, target: { map: "runs" } });
  const count = map.labels.length;
  if (count > MOST_LABELS) {
    const limit = `this page shows up to ${formatCount(MOST_LABELS)}`;
    throw new CodedError("TOO_MANY_LABELS", `The mask has ${formatCount(count)} labels; ${limit}.`);
  }
  return map;
}

/** As pixels, which can have another size. 65,535 stands for unlabelled pixels. */
export function decodeToPixels(
  png: Uint8Array,
  { legend, encoding }: LegendUse,
  options: { readonly resize?: Resize } = {},
): Promise<TargetMap<"uint16">> {
  return decodeMask(png, legend, { ...options, encoding, target: { map: "label", dtype: "uint16" } });
}

/** The legend with what it lacks; `null` if it lacks nothing that can be listed. */
async function unknownLegend(png: Uint8Array, known: KnownLegend, { unlabelled, labels }: RunsMap) {
  const { legend, encoding } = known;
  if (unlabelled.count === 0 || legend === null) return null;
  if (encoding === "colors") {
    const colors = await unknownColors(png, legend, unlabelled.colors);
    const { length } = legend.legend.entries;
    return {
      legend: withColors(legend, colors),
      isAdded: ({ index }: { readonly index: number }) => index >= length,
    };
  }
  // Only if a number is a class id, and not a class and an object.
  const isPlain = ENCODINGS.find(({ name }) => name === encoding)?.objects === "none";
  const ids = isPlain ? await unknownIds(png, known, unlabelled.ids ?? []) : [];
  if (ids.length === 0) return null;
  return {
    legend: withIds(legend, ids),
    isAdded: ({ index }: { readonly index: number }) => index >= labels.length,
  };
}

/** Ids missing from the legend, by pixels. If the library may not have named all, the mask is read by its numbers alone. */
async function unknownIds(
  png: Uint8Array,
  { legend, encoding }: KnownLegend,
  named: NonNullable<RunsMap["unlabelled"]["ids"]>,
): Promise<readonly number[]> {
  const { entries } = legend!.legend;
  if (named.length < MOST_NAMED_IDS) return named.map(({ id }) => id);
  const listed = new Set(entries.map(({ id }) => id));
  const { labels } = await decodeToPixels(
    png,
    { legend: null, encoding },
    { resize: { width: 1, height: 1 } },
  );
  return labels
    .filter(({ classId }) => !listed.has(Number(classId)))
    .sort((a, b) => b.pixelCount - a.pixelCount)
    .slice(0, Math.max(0, MOST_LABELS - entries.length))
    .map(({ classId }) => Number(classId));
}

/** Colours missing from the legend, by pixels. If they cannot all be listed, those that the decoder has named. */
async function unknownColors(
  png: Uint8Array,
  { legend }: SegmentationResult,
  named: readonly Pick<MaskColor, "color">[],
): Promise<readonly Pick<MaskColor, "color">[]> {
  const room = MOST_LABELS - legend.entries.length;
  const listed = new Set(legend.entries.map(({ color }) => color));
  try {
    const colors = await maskColors(png);
    return colors.filter(({ color }) => !listed.has(color)).slice(0, Math.max(0, room));
  } catch (error) {
    if (!(error instanceof LabelMapError && error.code === "IDS_TOO_MANY")) throw error;
    return named;
  }
}

function withColors(
  result: SegmentationResult,
  colors: readonly Pick<MaskColor, "color">[],
): SegmentationResult {
  const added = colors.map(({ color }) => ({
    key: color,
    color,
    rgb: Number.parseInt(color.slice(1), 16),
    name: color,
  }));
  return { ...result, legend: { entries: [...result.legend.entries, ...added], issues: [] }, issues: [] };
}

function withIds(result: SegmentationResult, ids: readonly number[]): SegmentationResult {
  const added = ids.map((id) => ({ key: String(id), color: String(id), rgb: -1, name: String(id), id }));
  return { ...result, legend: { entries: [...result.legend.entries, ...added], issues: [] }, issues: [] };
}

const KEY_PATH = /^legend\[(".*")\]$/s;
const INSTANCE_PATH = /^instances\[(\d+)\]/;

/** Adds the label that the issue is about, if there is one. In a mask of ids, the labels have another order. */
function showIssue(issue: Issue, { legend: result, encoding }: KnownLegend): ShownIssue {
  if (result === null || encoding !== "colors") return { ...issue, label: null };
  const { legend, instances } = result;
  const path = issue.path ?? "";
  const quotedKey = KEY_PATH.exec(path)?.[1];
  const key = quotedKey === undefined ? null : (JSON.parse(quotedKey) as string);
  const color = instances?.[Number(INSTANCE_PATH.exec(path)?.[1] ?? -1)]?.color.toLowerCase();
  const label = legend.entries.findIndex((entry) => entry.key === key || entry.color === color);
  return { ...issue, label: label < 0 ? null : label };
}
