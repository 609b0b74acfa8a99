/** Errors of the file system to errors of the library, which say what to do. */
import { quote } from "../checks/describe.js";
import { LabelMapError } from "../errors.js";

/**
 * Does `read`, which reads a folder.
 *
 * @throws {LabelMapError} SOURCE_MISSING: there is no such folder, or it is a file. What else `read` throws.
 */
export async function readingFolder<T>(path: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const problem =
      code === "ENOENT"
        ? "does not exist; check the path"
        : code === "ENOTDIR"
          ? "is a file; give the folder that it is in"
          : undefined;
    if (problem === undefined) throw cause;
    throw new LabelMapError("SOURCE_MISSING", `the folder ${quote(path)} ${problem}.`, { cause });
  }
}
