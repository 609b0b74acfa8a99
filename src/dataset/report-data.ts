/** What a dataset's report says: plain data, as `JSON.stringify` writes it. */

/** How often a class name occurs. */
export interface ClassOccurrence {
  readonly className: string;
  /** Images in which it has a pixel. */
  readonly images: number;
  readonly pixels: number;
  /** Images whose legend has it, with pixels or without. */
  readonly legendImages: number;
  /** Labels that are numbered objects of it and have a pixel. */
  readonly instances: number;
}

/** How often a class of the `ClassList` occurs: what class weights are made from. */
export interface ClassCount {
  readonly id: number;
  readonly name: string;
  readonly pixels: number;
  /** Images in which it has a pixel. */
  readonly images: number;
  /** All pixels of those images, void ones included. */
  readonly imagePixels: number;
}

/** A colour that is not the same class in all legends. */
export interface ColorConflict {
  readonly color: string;
  /** The first 16 classes, each with the number of images whose legend says so, and the first of them. */
  readonly classes: readonly {
    readonly className: string;
    readonly images: number;
    readonly firstImage: string;
  }[];
  /** Images whose legend says yet another class. */
  readonly omittedImages: number;
}

/** The report as plain data. Lists are sorted by their counts, largest first, and then by name. */
export interface DatasetReportJSON {
  readonly version: 1;
  readonly images: number;
  readonly pixels: number;
  /** At most 10,000. */
  readonly classes: readonly ClassOccurrence[];
  /** With `classes` given, one for each class of the list in its order; else `null`. */
  readonly classCounts: readonly ClassCount[] | null;
  /** With `classes` given, the class names with pixels that the list lacks; else `null`. */
  readonly notInClassList: readonly string[] | null;
  /** Class names that differ only in case, spaces, hyphens and underscores; each group sorted. */
  readonly similarNames: readonly (readonly string[])[];
  /** Of labels that are no numbered objects: an object's colour is its own in each image. At most 1000. */
  readonly colorConflicts: readonly ColorConflict[];
  /** Legend entries that have no pixel in their image. */
  readonly emptyLegendEntries: number;
  readonly unlabelled: {
    readonly pixels: number;
    /** Of all pixels, 0 to 1. */
    readonly share: number;
    readonly images: number;
    /** The 50 images with the largest share. */
    readonly worst: readonly { readonly id: string; readonly pixels: number; readonly share: number }[];
    /** The 50 colours with most pixels, of the first 16 of each image that no legend has. */
    readonly colors: readonly { readonly color: string; readonly pixels: number; readonly images: number }[];
  };
  /** The issues of all images by their code, each with the first one. */
  readonly issues: readonly {
    readonly code: string;
    readonly count: number;
    readonly images: number;
    readonly example: { readonly id: string; readonly message: string };
  }[];
  /** Images that could not be decoded, the first 100. */
  readonly failures: readonly { readonly id: string; readonly code: string; readonly message: string }[];
  /** What had no room in the lists above: how many times it turned up. */
  readonly omitted: {
    readonly classes: number;
    readonly colors: number;
    readonly colorConflicts: number;
    readonly unlabelledColors: number;
    readonly issues: number;
    readonly failures: number;
  };
}
