/**
 * What the reading and writing of whole data sets has in common: where files come from and go to, and what a set gives.
 *
 * A set is read lazily: its listing first, then one mask at a time, when you ask for it.
 */

import type { SignalOptions } from "../decode/input-types.js";
import type { Issue } from "../errors.js";
import type { ClassList } from "../legend/class-list.js";
import type { LabelMap } from "../maps/label-map.js";
import type { LabelledMap } from "../maps/labelled-map.js";
import type { Format } from "./format.js";

/**
 * Files by path, wherever they are: a folder on disk (`openFolder` of `labelmap/dataset/node`), files dropped on a page
 * (`filesInMemory`), or your own storage. Paths are relative, with `/`, and have no `.` or `..`.
 */
export interface FileSource {
  /** The paths of all files, folders and hidden files left out. */
  list(): Promise<readonly string[]>;
  /**
   * The bytes of a file.
   *
   * @param first how many bytes you need, from the start of the file. Default: all.
   */
  read(path: string, first?: number): Promise<Uint8Array>;
}

/** Where files are written: a folder on disk (`createFolder` of `labelmap/dataset/node`), memory, or your own storage. */
export interface FileSink {
  write(path: string, content: Uint8Array | string): Promise<void>;
}

/** An image of a set that is read. */
export interface SetItem {
  /** The name, unique in the set: the mask's path without its folder and ending. It may have a `/`. */
  readonly name: string;
  /** Reads and decodes the mask. Each call reads it anew, and the set does not keep it. */
  readonly map: () => Promise<LabelMap>;
  /** The path of the photo in the source; null if there is none. */
  readonly photo: string | null;
  /** The part that the set assigns the image to: `train`, `val`; null if it says nothing. */
  readonly split: string | null;
  /** What is odd about the image in the listing. What is odd about the mask is in the map's own `issues`. */
  readonly issues: readonly Issue[];
}

/** A set that is read: its items in the order of their names, one after the other, and what is known of all of them. */
export interface DataSet extends AsyncIterable<SetItem> {
  readonly format: Format;
  /** The number of items. */
  readonly count: number;
  /** What the set is and how that shows, in a sentence. */
  readonly reason: string;
  /** What is odd about the set as a whole, such as a listed image without a mask. */
  readonly issues: readonly Issue[];
  /** The classes of the set, with the ids that the maps have. Some formats read all legends for it. */
  readonly classes: () => Promise<ClassList>;
}

/** An image of a set that is written. Items of a `DataSet` are such images. */
export interface ItemToWrite {
  readonly name: string;
  /** The map, or a function that makes it when its turn comes. */
  readonly map: LabelledMap | (() => LabelledMap | Promise<LabelledMap>);
  readonly photo?: string | null;
  readonly split?: string | null;
}

/** Options of calls that can be stopped. */
export interface AbortableOptions {
  /**
   * Stops the call, and later reads of what it returned. Their promises are then rejected with the signal's reason. What a
   * source or a sink is doing at that moment is waited for.
   */
  readonly signal?: SignalOptions["signal"];
}

/** What the writers of all formats take. */
export interface WriteSetOptions extends AbortableOptions {
  /** The classes. Default: those of the `DataSet` that is written. */
  readonly classes?: ClassList;
  /** The part of items that have none of their own. */
  readonly split?: string;
  /** What to do if the list lacks a class: `"error"` throws, `"void"` makes its pixels void. Default `"error"`. */
  readonly missing?: "error" | "void";
  /** Where the items' photos are. If you give it, they are copied to the place that the layout has for them. */
  readonly photos?: FileSource;
}

/** What was written, and what was lost. */
export interface WrittenSet {
  readonly images: number;
  readonly files: number;
  /** What the files do not say any more, and what you may not expect: one issue for each kind, which counts. */
  readonly issues: readonly Issue[];
}
