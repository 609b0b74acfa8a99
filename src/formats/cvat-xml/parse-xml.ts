/**
 * XML text to elements. The parser is loaded when the first file is read. It knows only the entities of XML itself, and
 * reads nothing but the text.
 */

import type { XmlElement } from "@rgrove/parse-xml";
import { FormatError } from "../../errors.js";

export type { XmlElement } from "@rgrove/parse-xml";

/**
 * The root element of a document.
 *
 * @param name what messages call the file
 * @throws {FormatError} FORMAT_INVALID: the text is not well-formed, has a document type, or is nested too deeply.
 */
export async function parseRoot(text: string, name: string): Promise<XmlElement> {
  const { parseXml, XmlError } = await import("@rgrove/parse-xml");
  const invalid = (problem: string, cause?: unknown) =>
    new FormatError("FORMAT_INVALID", name, problem, { cause });
  try {
    const document = parseXml(text, { preserveDocumentType: true });
    if (document.children.some(({ type }) => type === "doctype")) {
      throw invalid("has a document type (<!DOCTYPE …>), which CVAT does not write; remove it.");
    }
    return document.root!;
  } catch (cause) {
    if (cause instanceof XmlError)
      throw invalid(`is not well-formed XML: ${firstLine(cause.message)}.`, cause);
    // Elements inside of elements use up the stack.
    if (cause instanceof RangeError) throw invalid("is nested too deeply to be read.", cause);
    throw cause;
  }
}

/** The parser adds an excerpt with an arrow below it. */
const firstLine = (message: string) => message.split("\n", 1)[0]!;

/** The elements inside of an element. */
export function elementsOf({ children }: XmlElement): XmlElement[] {
  return children.filter((node): node is XmlElement => node.type === "element");
}

/** The elements inside of an element that have a name. */
export function elementsNamed(element: XmlElement, name: string): XmlElement[] {
  return elementsOf(element).filter((child) => child.name === name);
}
