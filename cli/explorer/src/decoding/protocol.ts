/**
 * What goes between the page and its worker: plain data, with the large arrays handed over. Each request is answered by one
 * reply with its number; errors go as code and message, since between threads they would lose their class.
 */
import type { ClassListJSON, Issue, Label, MaskInfo } from "labelmap";
import type { ComparisonResult } from "labelmap/compare";
import type { Box } from "../stage/camera.js";

/** A mask and, where there is one, its result, as they were read. */
export interface MaskFiles {
  readonly name: string;
  readonly png: Uint8Array<ArrayBuffer>;
  /** The result's JSON text. Without one each colour is a label of its own. */
  readonly result: string | null;
}

/** Whose value the pixels have in `DecodedMask.data`. */
export interface ShownLabel
  extends Pick<Label, "color" | "value" | "className" | "classId" | "instanceIndex" | "pixelCount" | "bbox"> {
  /** Its place in `DecodedMask.labels`, and the value of its pixels. */
  readonly index: number;
  /** What `decodeIds` of `labelmap/ids` has for its pixels; `null` for a mask with a result. */
  readonly id: number | null;
  /** Whether the legend lacks this colour: it is listed as a defect, and no label of the result. */
  readonly isUnknown: boolean;
}

/** Something odd in the legend or the PNG. */
export interface ShownIssue extends Issue {
  /** Place in `DecodedMask.labels` of the label that it is about; `null` where it is about none. */
  readonly label: number | null;
}

/** What is drawn and listed of a mask. */
export interface DecodedMask {
  readonly name: string;
  readonly width: number;
  readonly height: number;
  /**
   * H×W, row-major: places in `labels`; the type's largest value is a colour that is in no list, which happens where
   * there are too many. The smallest type that holds them.
   */
  readonly data: Uint8Array<ArrayBuffer> | Uint16Array<ArrayBuffer>;
  /** The legend's labels in its order, then the colours that it lacks, by pixels. */
  readonly labels: readonly ShownLabel[];
  /** Pixels whose colour is in no list. */
  readonly unlistedPixels: number;
  readonly issues: readonly ShownIssue[];
  readonly timings: DecodeTimings;
}

/** Milliseconds in the worker, and bytes. */
export interface DecodeTimings {
  /** Pixels to labels, measures included, which are of the same pass. */
  readonly decode: number;
  /** To list the colours that the legend lacks; 0 where it lacks none. */
  readonly unknown: number;
  readonly mapBytes: number;
  readonly pngBytes: number;
}

/** A small picture of a mask, and what a data set's report counts of the whole of it. */
export interface Thumbnail extends Pick<MaskInfo, "labels" | "unlabelled" | "issues"> {
  /** A PNG in the labels' colours. */
  readonly png: Uint8Array<ArrayBuffer>;
  /** Of the mask. */
  readonly width: number;
  readonly height: number;
}

/** Two masks of one size. */
export interface ComparedMasks {
  readonly width: number;
  readonly height: number;
  /** H×W, row-major: places in `cells`. */
  readonly data: Uint8Array<ArrayBuffer> | Uint16Array<ArrayBuffer>;
  readonly cells: readonly ComparedCell[];
  /** Those with pixels in either mask, in the order of the scores' classes. */
  readonly classes: readonly ComparedClass[];
  readonly scores: ComparisonResult;
}

/** A pair of classes that pixels have, the one in the reference and the other in the other mask. */
export interface ComparedCell {
  /** Places in `classes`, and as many as there are where the mask has no class. */
  readonly row: number;
  readonly column: number;
  /** Around its pixels. */
  readonly box: Box;
}

export interface ComparedClass {
  readonly name: string;
  /** Of its first label, in the reference if it is there. */
  readonly color: string;
}

/** `npy-label` and `coco-rle` can be had without a result, the others need its classes. */
export type ExportKind = "npy-label" | "npy-semantic" | "npy-panoptic" | "png-semantic" | "coco-rle";

/** Which labels a file is to hold; the pixels of the others are unlabelled in it. */
export interface KeptLabels {
  /** Whether those that are listed are kept, or all but those: whichever list is shorter. */
  readonly isListKept: boolean;
  /** Places in the legend; of a mask without a result the ids of its colours. */
  readonly list: readonly number[];
}

/** What becomes of the classes that the class list lacks, as the library's option of that name. */
export type MissingClasses = "error" | "void";

/** What can be asked, and what comes back. */
export interface Requests {
  /** Loads the module and all code that is loaded on need; milliseconds. */
  start: { readonly ask: null; readonly reply: number };
  /** Checks a class list's JSON text. */
  classes: { readonly ask: string; readonly reply: ClassListJSON };
  decode: { readonly ask: MaskFiles; readonly reply: DecodedMask };
  thumbnail: { readonly ask: MaskFiles & { readonly side: number }; readonly reply: Thumbnail };
  compare: {
    readonly ask: { readonly reference: MaskFiles; readonly other: MaskFiles };
    readonly reply: ComparedMasks;
  };
  export: {
    readonly ask: MaskFiles & {
      readonly kind: ExportKind;
      readonly classes: ClassListJSON;
      readonly missing: MissingClasses;
      /** `null`: all of them. */
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

/** A failure as the user reads it: the library's code and message, or `INTERNAL`. */
export interface PlainError {
  readonly code: string;
  readonly message: string;
}
