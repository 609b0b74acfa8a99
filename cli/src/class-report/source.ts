/** What `labelmap classes` reports on: a folder of masks with results, or a data set. */

import type { ClassBy, ClassList } from "labelmap";
import type { DatasetReport } from "labelmap/dataset";
import type { CollectedClasses, CollectOptions } from "../batch/collect-classes.js";

export interface ClassSource {
  /** For messages. */
  readonly name: string;
  /** The folder whose own `classes.json` counts; `null` if the source is no folder of masks. */
  readonly folder: string | null;
  /** The folder of a data set. Every file in it may be taken for a part of the set. */
  readonly setFolder?: string | null;
  /** The files that are read. */
  readonly inputs: readonly string[];
  /** The classes in the legends, or of the set. */
  readonly collect: (
    options: Omit<CollectOptions, "order" | "encoding" | "form">,
  ) => Promise<CollectedClasses>;
  /** @throws {DecodeError} OPTION_INVALID: there are no masks */
  readonly report: (classes: ClassList, classBy: ClassBy | undefined) => Promise<DatasetReport>;
}
