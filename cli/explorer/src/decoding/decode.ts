/**
 * Turns a mask and its result into the map that is drawn and the labels that are listed. Colours missing from the legend
 * become labels after those of the legend, so that each can be found, hidden and outlined like any other.
 */
import {
  decodeMask,
  type Issue,
  LabelMapError,
  parseResult,
  type Resize,
  type SegmentationResult,
} from "labelmap";
import { type MaskColor, maskColors } from "./mask-colors.js";
import type { DecodedMask, MaskFiles, ShownIssue, ShownLabel } from "./protocol.js";

/** The most labels. The map's largest value, 65,535, stands for all unlisted colours. */
const MOST_LABELS = 65_535;

export type KnownLegend = Pick<SegmentationResult, "legend" | "instances">;

const NO_LEGEND: KnownLegend = { legend: { entries: [], issues: [] }, instances: null };

export async function decode({ name, png, result }: MaskFiles): Promise<DecodedMask> {
  const started = performance.now();
  const known = result === null ? NO_LEGEND : parseResult(result);
  const first = result === null ? null : await decodeWith(png, known);
  const decoded = performance.now();
  const hasUnknown = first === null || first.unlabelled.count > 0;
  const unknown = hasUnknown ? await unknownColors(png, known, first?.unlabelled.colors) : [];
  const map = hasUnknown ? await decodeWith(png, withColors(known, unknown)) : first;
  const listed = performance.now();

  const legendLabels = known.legend.entries.length;
  const labels = map.labels.map((label): ShownLabel => {
    const { index, color, name, classId, instanceNumber, pixelCount, bbox } = label;
    const isUnknown = result !== null && index >= legendLabels;
    const className = isUnknown ? "unknown colour" : label.className;
    const id = result === null ? unknown[index]!.id! : null;
    return { index, id, color, name, className, classId, instanceNumber, pixelCount, bbox, isUnknown };
  });
  return {
    name,
    width: map.width,
    height: map.height,
    data: map.data,
    labels,
    unlistedPixels: map.unlabelled.count,
    // Not those of the second pass, which would report the added colours.
    issues: (first ?? map).issues.map((issue) => showIssue(issue, known)),
    timings: {
      decode: (first === null ? listed : decoded) - started,
      unknown: first === null ? 0 : listed - decoded,
      mapBytes: map.data.byteLength,
      pngBytes: png.byteLength,
    },
  };
}

/** The result's legend. Without a result, a legend in which each colour is a label. */
export async function legendOf({ png, result }: Pick<MaskFiles, "png" | "result">): Promise<KnownLegend> {
  if (result !== null) return parseResult(result);
  return withColors(NO_LEGEND, await unknownColors(png, NO_LEGEND, undefined));
}

/** Uses the smallest type that has a value for each label and one more, its largest, for unlabelled pixels. */
export function decodeWith(png: Uint8Array, known: KnownLegend, options: { readonly resize?: Resize } = {}) {
  const dtype = known.legend.entries.length <= 255 ? "uint8" : "uint16";
  return dtype === "uint8"
    ? decodeMask(png, known, { ...options, target: { map: "label", dtype } })
    : decodeMask(png, known, { ...options, target: { map: "label", dtype } });
}

/** A colour missing from the legend. Without a result, its id is known as well. */
type UnknownColor = Pick<MaskColor, "color"> & Partial<MaskColor>;

/** Colours missing from the legend, by pixels. If they cannot all be listed, those that the decoder has named. */
async function unknownColors(
  png: Uint8Array,
  { legend }: KnownLegend,
  named: readonly UnknownColor[] | undefined,
): Promise<readonly UnknownColor[]> {
  const room = MOST_LABELS - legend.entries.length;
  const listed = new Set(legend.entries.map(({ color }) => color));
  try {
    const colors = await maskColors(png);
    return colors.filter(({ color }) => !listed.has(color)).slice(0, Math.max(0, room));
  } catch (error) {
    const isTooMany = error instanceof LabelMapError && error.code === "IDS_TOO_MANY";
    if (named === undefined || !isTooMany) throw error;
    return named;
  }
}

function withColors({ legend, instances }: KnownLegend, colors: readonly UnknownColor[]): KnownLegend {
  const added = colors.map(({ color }) => ({
    key: color,
    color,
    rgb: Number.parseInt(color.slice(1), 16),
    name: color,
  }));
  return { legend: { entries: [...legend.entries, ...added], issues: [] }, instances };
}

const KEY_PATH = /^legend\[(".*")\]$/s;
const INSTANCE_PATH = /^instances\[(\d+)\]/;

/** Adds the label that the issue is about, if there is one. */
function showIssue(issue: Issue, { legend, instances }: KnownLegend): ShownIssue {
  const path = issue.path ?? "";
  const quotedKey = KEY_PATH.exec(path)?.[1];
  const key = quotedKey === undefined ? null : (JSON.parse(quotedKey) as string);
  const color = instances?.[Number(INSTANCE_PATH.exec(path)?.[1] ?? -1)]?.color.toLowerCase();
  const label = legend.entries.findIndex((entry) => entry.key === key || entry.color === color);
  return { ...issue, label: label < 0 ? null : label };
}
