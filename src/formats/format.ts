/**
 * What every format has in common. Each format is a folder beside this file, and all folders have the same shape:
 *
 *   index.ts    the declaration: the format's names, its files, what it can hold
 *   detect.ts   files → how sure it is that they are of the format, and why
 *   read.ts     files → maps, if the library reads the format
 *   write.ts    maps → files, if the library writes the format
 *   set.ts      whole data sets → items, and back, if the format has a layout for them
 */

/** A format, as `FORMATS` lists it: plain data and one function. */
export interface Format {
  /** A stable name in kebab-case: `coco-panoptic`. */
  readonly name: string;
  /** The name that its users know: `COCO panoptic`. */
  readonly title: string;
  /** What it looks like on disk: an entry for each kind of file. */
  readonly files: readonly string[];
  /** The endings of its files, in lower case and with the dot. */
  readonly extensions: readonly string[];
  /** What it can hold. What it cannot hold is lost when a label map is written. */
  readonly holds: FormatContent;
  /** Whether the library turns its files into maps. */
  readonly reads: boolean;
  /** Whether the library turns maps into its files. */
  readonly writes: boolean;
  /**
   * How a whole data set lies in a folder, if `readSet` and `writeSet` know the format. If it is missing, there are only
   * functions for single images.
   */
  readonly set?: SetLayout;
  /** The specification or the tool that the convention comes from. */
  readonly source: string;
  /**
   * Judges whether files are of this format. The function is pure: it reads no file and knows only what you give.
   *
   * @returns the best evidence among the files, or null if there is none.
   */
  readonly detect: (files: readonly CandidateFile[]) => Detection | null;
}

/** How a whole data set of a format lies in a folder. */
export interface SetLayout {
  /** The folders and files, each with what it holds. */
  readonly files: readonly string[];
  /** Where the photos of the masks are; null if the layout has no place for them. */
  readonly photos: string | null;
  /** Whether it says which part an image belongs to: train, val, test. */
  readonly splits: boolean;
  /** What is lost, in words, when a set is written in this format. */
  readonly loses: string;
}

/** What the files of one image can hold in a format. */
export interface FormatContent {
  /** Whether they say both the class and the object of a pixel. */
  readonly instances: boolean;
  /** Whether they hold areas that belong to no object, such as sky and road. */
  readonly stuff: boolean;
  /** Whether they keep holes in an area. */
  readonly holes: boolean;
  /** Whether one object can have several separate areas. */
  readonly parts: boolean;
  /** Where the names of the classes are: in the files, fixed by the format, or nowhere. */
  readonly classNames: "in the files" | "fixed" | "none";
  /** What a pixel without a label is, in a few words. */
  readonly unlabelled: string;
}

/** A file that may be of a format, and what you know of it. */
export interface CandidateFile {
  /** The path from the folder that is judged, with `/`: `annotations/panoptic_val2017.json`. */
  readonly path: string;
  /** The first bytes of the file. 256 bytes are enough for every format. */
  readonly head?: Uint8Array;
  /** The parsed content of a JSON file. */
  readonly json?: unknown;
}

/** How sure a format is that files are its own, and why. */
export interface Detection {
  /**
   * `certain`: only this format has such files. `likely`: the files fit, and few others do. `possible`: nothing speaks
   * against it, but the files of other formats or plain pictures look the same.
   */
  readonly confidence: "certain" | "likely" | "possible";
  /** A sentence that names the file and the evidence. */
  readonly reason: string;
  /**
   * What the files lack to be a data set of the format, so that `readSet` cannot read them: `classes.json`. Missing if they
   * lack nothing.
   */
  readonly lacks?: string;
}
