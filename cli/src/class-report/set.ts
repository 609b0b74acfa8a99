/** A data set as the source of `labelmap classes`. */

import { join } from "node:path";
import type { ClassList } from "labelmap";
import { DatasetReport } from "labelmap/dataset";
import { collectSetClasses } from "../batch/collect-set-classes.js";
import { failureOf } from "../inspect-set/walk.js";
import type { OpenedSet } from "../sources/open-set.js";
import type { ClassSource } from "./source.js";

export async function ofSet({ set, name, source, root, inputs }: OpenedSet): Promise<ClassSource> {
  const files = root === null ? inputs : (await source.list()).map((path) => join(root, path));
  return {
    name,
    folder: null,
    setFolder: root,
    inputs: files,
    collect: ({ earlier, usualFirstId: _, background: __, classBy: ___, ...settings }) =>
      collectSetClasses(set, {
        settings,
        areThingsNeeded: false,
        ...(earlier === undefined ? {} : { earlier }),
      }),
    report: async (classes: ClassList) => {
      const report = new DatasetReport({ classes });
      for await (const item of set) {
        try {
          report.add(item.name, await item.map());
        } catch (error) {
          // A defect of the program is no fault of the image.
          failureOf(item.name, error);
          report.addFailure(item.name, error);
        }
      }
      return report;
    },
  };
}
