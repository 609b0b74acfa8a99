/**
 * Turns two masks into the figures of `labelmap/compare` and one map, whose values say which class each pixel has in each
 * of the two. Only the palette decides whether it shows the difference, the reference or the other mask.
 */
import { ClassList, LabelMapError, type RunsMap } from "labelmap";
import { compare } from "labelmap/compare";
import { combineRuns } from "labelmap/maps";
import { nameInText } from "../format.js";
import type { LabelImage } from "../stage/label-image.js";
import { CodedError } from "./coded-error.js";
import { decodeToRuns, type KnownLegend, legendOf } from "./decode.js";
import { labelImageOf } from "./label-image.js";
import type { ComparedCell, ComparedClass, ComparedMasks, MaskFiles, Requests } from "./protocol.js";

/** With one more row and column for no class, there are 65,536 pairs: as many as the map has values. */
const MOST_CLASSES = 255;

/** A map, and how it was read. */
export interface Decoded {
  readonly map: RunsMap;
  readonly reading: Pick<KnownLegend, "kind" | "encoding">;
}

export async function compareMasks(files: Requests["compare"]["ask"]): Promise<ComparedMasks> {
  const [{ map: a, reading }, { map: b }] = await decodeBoth(files);
  const classes = classesOf([...a.labels, ...b.labels]);
  const list = ClassList.fromNames(
    classes.map(({ name }) => name),
    { voidId: classes.length, ignoreId: classes.length },
  );
  const scores = compare(a, b, { classes: list });
  return { ...reading, ...cellsOf(a, b, list), classes, scores };
}

/** @throws {CodedError} if one cannot be decoded, or SIZE_MISMATCH */
export async function decodeBoth(files: Requests["compare"]["ask"]): Promise<readonly [Decoded, Decoded]> {
  const { reference, other } = withResults(files);
  const both = [await decodeNamed(reference), await decodeNamed(other)] as const;
  const [a, b] = [both[0].map, both[1].map];
  if (a.width !== b.width || a.height !== b.height) {
    const sizes = `${a.width}×${a.height} pixels, but ${nameInText(other.name)} has ${b.width}×${b.height}`;
    throw new CodedError("SIZE_MISMATCH", `${nameInText(reference.name)} has ${sizes}.`);
  }
  return both;
}

/** A mask without a legend, such as a model's output, uses the legend of the other mask, and is read in the same way. */
function withResults({ reference, other }: Requests["compare"]["ask"]): Requests["compare"]["ask"] {
  return { reference: withResultOf(reference, other), other: withResultOf(other, reference) };
}

function withResultOf(files: MaskFiles, { result, resultName, reading }: MaskFiles): MaskFiles {
  return files.result === null && result !== null
    ? { ...files, result, resultName, reading: { ...reading, ...files.reading } }
    : files;
}

async function decodeNamed(files: MaskFiles): Promise<Decoded> {
  try {
    const known: KnownLegend = await legendOf(files);
    const { kind, encoding } = known;
    return { map: await decodeToRuns(files.png, known), reading: { kind, encoding } };
  } catch (error) {
    if (!(error instanceof LabelMapError || error instanceof CodedError)) throw error;
    throw new CodedError(error.code, `${nameInText(files.name)}: ${error.message}`);
  }
}

function classesOf(labels: RunsMap["labels"]): ComparedClass[] {
  const colors = new Map<string, string>();
  for (const { className, color, pixelCount } of labels) {
    if (pixelCount > 0 && !colors.has(className)) colors.set(className, color);
  }
  if (colors.size > MOST_CLASSES) {
    const message = `The two masks have ${colors.size} classes; this page compares up to ${MOST_CLASSES}.`;
    throw new CodedError("TOO_MANY_CLASSES", message);
  }
  return [...colors].map(([name, color]) => ({ name, color })).sort((x, y) => (x.name < y.name ? -1 : 1));
}

function cellsOf(a: RunsMap, b: RunsMap, list: ClassList): LabelImage & Pick<ComparedMasks, "cells"> {
  const stride = list.classes.length + 1;
  const rowOf = placesOf(a, list);
  const columnOf = placesOf(b, list);
  const cellOfPair = new Int32Array(stride * stride).fill(-1);
  const cells: GrowingCell[] = [];
  const runs = combineRuns(a, b, (labelA, labelB, { left, right, top, bottom }) => {
    const pair = rowOf[labelA + 1]! * stride + columnOf[labelB + 1]!;
    if (cellOfPair[pair]! < 0) {
      cellOfPair[pair] = cells.length;
      cells.push({ pair, left, top, right, bottom });
    }
    const cell = cells[cellOfPair[pair]!]!;
    cell.left = Math.min(cell.left, left);
    cell.right = Math.max(cell.right, right);
    cell.bottom = bottom;
    return cellOfPair[pair]!;
  });
  return {
    ...labelImageOf(runs, cells.length <= 256 ? 256 : 65_536),
    cells: cells.map(
      ({ pair, left, top, right, bottom }): ComparedCell => ({
        row: Math.floor(pair / stride),
        column: pair % stride,
        box: { x: left, y: top, width: right - left, height: bottom - top },
      }),
    ),
  };
}

interface GrowingCell {
  readonly pair: number;
  left: number;
  readonly top: number;
  right: number;
  bottom: number;
}

/** The index of the class of each label, which is at the label plus 1. The number of classes stands for no class. */
function placesOf({ labels }: RunsMap, list: ClassList): Uint8Array {
  const none = list.classes.length;
  const places = new Uint8Array(labels.length + 1).fill(none);
  for (const { index, className } of labels) places[index + 1] = list.idOf(className) ?? none;
  return places;
}
