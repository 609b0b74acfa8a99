/** The names in a zip file: which of them are files of a data set, and which lead out of it. */

import { FormatError } from "labelmap";
import { quote } from "labelmap/checks";

const MOST_PATH_LENGTH = 4096;

/**
 * A name as text. Zip says whether it is UTF-8; if not, it is in the old code page 437. But the Finder and others write UTF-8
 * without saying so. Names that are valid UTF-8 are hardly ever anything else.
 *
 * @param asCodePage the name by the code page
 */
export function decodeName(raw: Uint8Array, asCodePage: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(raw);
  } catch {
    return asCodePage;
  }
}

/** Whether a name is a file inside a folder: relative, with `/`, and without `..`. */
export function staysInside(name: string): boolean {
  const isInside = name.split("/").every((part) => part !== "" && part !== "." && part !== "..");
  // A backslash and a drive lead out of the folder on Windows. Control characters end or hide a name.
  return isInside && name.length <= MOST_PATH_LENGTH && !/^[a-z]:|\\|\p{Cc}/iu.test(name);
}

/** @throws {FormatError} FORMAT_INVALID: the name leads out of the folder that it is unpacked in. */
export function checkName(name: string, zip: string): void {
  // The name of a folder ends with `/`.
  if (staysInside(name.replace(/\/$/, ""))) return;
  const remedy = "create the zip file again, with relative names, /, and without ..";
  throw new FormatError(
    "FORMAT_INVALID",
    zip,
    `the name ${quote(name)} may lead out of the folder; ${remedy}.`,
  );
}

/** Whether a file manager or an editor put the file there: `__MACOSX/…`, `.DS_Store`. */
export function isHidden(name: string): boolean {
  return name.split("/").some((part) => part.startsWith(".") || part === "__MACOSX");
}

/** The folder that all files lie in, with its `/`; empty if there is none. A zip file of a folder has one. */
export function topFolder(names: readonly string[]): string {
  const [first = ""] = names;
  const folder = first.slice(0, first.indexOf("/") + 1);
  return names.every((name) => name.startsWith(folder)) ? folder : "";
}
