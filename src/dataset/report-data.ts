/** The form of a dataset's report: plain data, as `JSON.stringify` writes it. */

/** How often a class name occurs. */
export interface ClassOccurrence {
  readonly className: string;
  /** The number of images in which it has pixels. */
  readonly images: number;
  readonly pixels: number;
  /** The number of images whose legend has it, with or without pixels. */
  readonly legendImages: number;
  /** The number of its numbered objects that have pixels. */
  readonly instances: number;
}

/** How often a class of the `ClassList` occurs. `classWeights` takes these counts. */
export interface ClassCount {
  readonly id: number;
  readonly name: string;
  readonly pixels: number;
  /** The number of images in which it has pixels. */
  readonly images: number;
  /** All pixels of those images, including void pixels. */
  readonly imagePixels: number;
}

/** A colour that stands for different classes in different legends. */
export interface ColorConflict {
  /** `#rrggbb`. */
  readonly color: string;
  /**
   * The first 16 classes, each with the number of images whose legend gives it this colour, and the first such image.
   */
  readonly classes: readonly {
    readonly className: string;
    readonly images: number;
    readonly firstImage: string;
  }[];
  /** The number of images whose legend gives the colour to a class beyond these 16. */
  readonly omittedImages: number;
}

/** The report as plain data. Lists are sorted by count, largest first, and then by name. */
export interface DatasetReportJSON {
  readonly version: 1;
  readonly images: number;
  readonly pixels: number;
  /** At most 10,000. */
  readonly classes: readonly ClassOccurrence[];
  /** One for each class of the list, in the list's order. `null` if `classes` was not given. */
  readonly classCounts: readonly ClassCount[] | null;
  /** The class names that have pixels but are not in the list. `null` if `classes` was not given. */
  readonly notInClassList: readonly string[] | null;
  /** Groups of class names that differ only in case, spaces, hyphens and underscores. Each group is sorted. */
  readonly similarNames: readonly (readonly string[])[];
  /** At most 1000. Numbered objects are left out, since every image gives them its own colours. */
  readonly colorConflicts: readonly ColorConflict[];
  /** The number of legend entries that have no pixels in their image. */
  readonly emptyLegendEntries: number;
  readonly unlabelled: {
    readonly pixels: number;
    /** The share of all pixels, 0 to 1. */
    readonly share: number;
    readonly images: number;
    /** The 50 images with the largest share of unlabelled pixels. */
    readonly worst: readonly { readonly id: string; readonly pixels: number; readonly share: number }[];
    /** The 50 unknown colours with the most pixels, from the first 16 unknown colours of each image. */
    readonly colors: readonly { readonly color: string; readonly pixels: number; readonly images: number }[];
  };
  /** The issues of all images by code, each with its first occurrence. */
  readonly issues: readonly {
    readonly code: string;
    readonly count: number;
    readonly images: number;
    readonly example: { readonly id: string; readonly message: string };
  }[];
  /** The first 100 images that could not be decoded. */
  readonly failures: readonly { readonly id: string; readonly code: string; readonly message: string }[];
  /** How many times something turned up that had no room in the lists above. */
  readonly omitted: {
    readonly classes: number;
    readonly colors: number;
    readonly colorConflicts: number;
    readonly unlabelledColors: number;
    readonly issues: number;
    readonly failures: number;
  };
}
