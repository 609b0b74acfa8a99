/** Text as XML writes it. */

import { quote } from "../../checks/describe.js";
import { FormatError } from "../../errors.js";
import { FORMAT } from "./annotations.js";

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
/** XML 1.0 has no other control characters, no half of a surrogate pair, and not the last two of a plane (2.2, Char). */
const NOT_XML = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;

/**
 * Text for an element or an attribute in double quotes. Tabs and line breaks are written as numbers, since readers change
 * them in attributes.
 *
 * @param what what the text is, for the message
 * @throws {FormatError} FORMAT_INVALID: XML has no way to write a character.
 */
export function toXmlText(text: string, what: string): string {
  if (NOT_XML.test(text)) {
    const problem = `the ${what} ${quote(text)} has a character that XML cannot hold; rename it`;
    throw new FormatError("FORMAT_INVALID", FORMAT, `${problem}.`);
  }
  return text.replace(/[&<>"\t\n\r]/g, (char) => ENTITIES[char] ?? `&#${char.charCodeAt(0)};`);
}
