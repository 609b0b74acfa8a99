/**
 * The messages between the page and its worker: plain data, whose large arrays are transferred. Each request gets one reply
 * with the same number. Errors are sent as code and message, because they would lose their class between threads.
 */
import type { ClassListJSON, Issue, Label, MaskInfo } from "labelmap";
import type { ComparisonResult } from "labelmap/compare";
import type { EncodingName } from "labelmap/ids";
import type { LegendForm } from "labelmap/legend";
import type { LegendDocument } from "../edit/legend-document.js";
import type { Reading } from "../files/mask-pair.js";
import type { Box } from "../stage/camera.js";
import type { LabelImage } from "../stage/label-image.js";

/** A mask and its result, if it has one, as they were read. */
export interface MaskFiles {
  readonly name: string;
  readonly png: Uint8Array<ArrayBuffer>;
  /** The text of the result, or of a legend in any form. Without it, each colour or number is a separate label. */
  readonly result: string | null;
  /** The name of its file, for messages. */
  readonly resultName: string | null;
  readonly reading: Reading;
}

/** A label with its value in the map. */
export interface ShownLabel
  extends Pick<Label, "color" | "name" | "className" | "classId" | "instanceNumber" | "pixelCount" | "bbox"> {
  /** Its index in `DecodedMask.labels`, and the value of its pixels. */
  readonly index: number;
  /** The number of its pixels, if the labels are `colours` or `numbers`; otherwise `null`. */
  readonly id: number | null;
  /** Whether this colour or id is missing from the legend. Then it is a defect, and not a label of the result. */
  readonly isUnknown: boolean;
}

/** A problem in the legend or the PNG. */
export interface ShownIssue extends Issue {
  /** Index in `DecodedMask.labels` of the label that it is about; `null` if it is not about a label. */
  readonly label: number | null;
}

/**
 * A mask as it is drawn and listed. The values of the map are indexes in `labels`. The largest one stands for unlisted
 * colours, which exist if there are too many to list.
 */
export type DecodedMask = LabelImage & MaskFacts;

interface MaskFacts {
  readonly name: string;
  /** What the labels are: those of a legend, or without one the mask's `colours` or `numbers`. */
  readonly kind: "labels" | "colours" | "numbers";
  /** How the mask was read, as in `DecodeOptions`. */
  readonly encoding: EncodingName;
  /** The form of the legend. */
  readonly form: LegendForm | null;
  /** The legend's labels in its order, then the colours missing from it, by pixels. */
  readonly labels: readonly ShownLabel[];
  /** Pixels whose colour is not listed. */
  readonly unlistedPixels: number;
  readonly issues: readonly ShownIssue[];
  readonly timings: DecodeTimings;
}

/** Milliseconds in the worker, and bytes. */
export interface DecodeTimings {
  /** Decoding and measuring, which are one pass. */
  readonly decode: number;
  /** Listing the colours missing from the legend; 0 if there are none. */
  readonly unknown: number;
  readonly mapBytes: number;
  readonly pngBytes: number;
}

/** A small picture, as a palette PNG in the colours of the labels. With another palette, it has other colours. */
export interface Picture {
  readonly png: Uint8Array<ArrayBuffer>;
  /** The label of each index of the palette, as its place in the labels. One more index is grey, for all other pixels. */
  readonly slots: readonly number[];
  /** If there are more labels than a palette has colours: a PNG with the colours of all of them. */
  readonly exact: Uint8Array<ArrayBuffer> | null;
}

/** A small picture of a mask, and the counts of the whole mask for the report of a data set. */
export interface Thumbnail extends Pick<MaskInfo, "labels" | "unlabelled" | "issues"> {
  /** What the labels are. */
  readonly kind: DecodedMask["kind"];
  /** How the mask was read. */
  readonly encoding: EncodingName;
  readonly picture: Picture;
  /** Size of the mask. */
  readonly width: number;
  readonly height: number;
}

/** Two masks of the same size. The values of the map are indexes in `cells`. */
export type ComparedMasks = LabelImage & Comparison;

interface Comparison extends ReferenceReading {
  readonly cells: readonly ComparedCell[];
  /** The classes with pixels in either mask, in the order of the scores' classes. */
  readonly classes: readonly ComparedClass[];
  readonly scores: ComparisonResult;
}

/** How the reference was read, which decides how classes are coloured. */
type ReferenceReading = Pick<DecodedMask, "kind" | "encoding">;

/** A pair of classes that pixels have: one class in the reference, one in the other mask. */
export interface ComparedCell {
  /** Indexes in `classes`. The number of classes stands for no class. */
  readonly row: number;
  readonly column: number;
  /** The box around its pixels. */
  readonly box: Box;
}

export interface ComparedClass {
  readonly name: string;
  /** Colour of its first label in the mask, from the reference if the class is there. */
  readonly color: string;
}

/** How well a pair of masks, or all pairs of a set, agree: 0 to 1, or NaN if a figure is not defined. */
interface Agreement {
  readonly meanIoU: number;
  readonly pixelAccuracy: number;
  readonly meanBoundaryIoU: number;
  /** The mean panoptic quality of all classes. */
  readonly pq: number;
}

export interface PairScores extends Agreement {
  /** The class with the lowest IoU; `null` if there is nothing to compare. */
  readonly lowest: { readonly name: string; readonly iou: number } | null;
}

export interface SetScores extends Agreement, ReferenceReading {
  /** In the order in which they were first seen. */
  readonly classes: readonly EvaluatedClass[];
}

export interface EvaluatedClass extends ComparedClass {
  readonly iou: number;
  readonly pq: number;
  readonly boundaryIoU: number;
  readonly referencePixels: number;
}

/** `npy-label` and `coco-rle` work without a legend. The others need its classes. */
export type ExportKind = "npy-label" | "npy-semantic" | "npy-panoptic" | "png-semantic" | "coco-rle";

/** Which labels a file contains. The pixels of all others are unlabelled. */
export interface KeptLabels {
  /** Whether the listed labels are kept, or all but these: whichever list is shorter. */
  readonly isListKept: boolean;
  /** Indexes of labels. For a mask without a legend, the numbers of its colours or ids. */
  readonly list: readonly number[];
}

/** What happens to classes that are missing from the class list: the library's option of the same name. */
export type MissingClasses = "error" | "void";

/** All requests and their replies. */
export interface Requests {
  /** Loads the module. The reply is in milliseconds. */
  start: { readonly ask: null; readonly reply: number };
  /** Checks a class list's JSON text. */
  classes: { readonly ask: string; readonly reply: ClassListJSON };
  decode: { readonly ask: MaskFiles; readonly reply: DecodedMask };
  /** Reads the legend of a mask, to be edited. */
  legend: {
    readonly ask: {
      readonly text: string;
      readonly name: string;
      readonly form: LegendForm | undefined;
      /** Of the mask. */
      readonly encoding: EncodingName;
    };
    readonly reply: LegendDocument;
  };
  /** Writes a legend as CVAT's `labelmap.txt`. */
  labelmapTxt: { readonly ask: { readonly text: string; readonly name: string }; readonly reply: string };
  thumbnail: { readonly ask: MaskFiles & { readonly side: number }; readonly reply: Thumbnail };
  compare: {
    readonly ask: { readonly reference: MaskFiles; readonly other: MaskFiles };
    readonly reply: ComparedMasks;
  };
  /** The scores of a pair, and those of all pairs since the worker was started. */
  evaluate: {
    readonly ask: Requests["compare"]["ask"];
    readonly reply: { readonly pair: PairScores; readonly set: SetScores };
  };
  export: {
    readonly ask: MaskFiles & {
      readonly kind: ExportKind;
      readonly classes: ClassListJSON;
      readonly missing: MissingClasses;
      /** `null`: all labels. */
      readonly kept: KeptLabels | null;
    };
    /** The file. */
    readonly reply: Uint8Array<ArrayBuffer>;
  };
}
export type RequestKind = keyof Requests;

export interface RequestMessage<K extends RequestKind = RequestKind> {
  readonly id: number;
  readonly kind: K;
  readonly ask: Requests[K]["ask"];
}

export type ReplyMessage<K extends RequestKind = RequestKind> =
  | { readonly id: number; readonly reply: Requests[K]["reply"] }
  | { readonly id: number; readonly error: PlainError };

/** An error as the user reads it: the library's code and message, or `INTERNAL`. */
export interface PlainError {
  readonly code: string;
  readonly message: string;
}
