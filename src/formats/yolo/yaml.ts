/**
 * The few forms of YAML that `data.yaml` of Ultralytics has, and not YAML in general: keys at the start of a line, whose
 * values are texts or lists of texts.
 *
 *   key: text        key: [a, "b c"]      key:           key:
 *                                           - a            0: a
 *                                           - "b c"        1: b c
 */
import { quote } from "../../checks/describe.js";
import { FormatError } from "../../errors.js";

export const FORMAT = "data.yaml";

export function linesOf(yaml: string): string[] {
  return yaml.replace(/^\uFEFF/, "").split(/\r\n?|\n/);
}

const KEY = /^(?:"([^"]*)"|'([^']*)'|([^\s:#'"[\]{}][^\s:]*))\s*:(?:\s|$)/;

/** The keys at the start of a line, in their order, and the line of each, counted from 0. */
export function keysOf(lines: readonly string[]): Map<string, number> {
  const keys = new Map<string, number>();
  lines.forEach((line, place) => {
    const [found, ...names] = KEY.exec(line) ?? [];
    const name = names.find((each) => each !== undefined);
    if (found !== undefined && name !== undefined && !keys.has(name)) keys.set(name, place);
  });
  return keys;
}

/** The texts of a key: one, or those of a list. */
export function textsAt(lines: readonly string[], start: number): string[] {
  const first = withoutComment(lines[start]!.slice(lines[start]!.indexOf(":") + 1));
  if (first !== "" && !/^[[{]/.test(first))
    return first === "~" || first === "null" ? [] : [scalar(first, start + 1)];
  return entriesAt(lines, start).map(([, text]) => text);
}

/**
 * The list of a key.
 * @throws {FormatError} FORMAT_UNSUPPORTED: the value has another form.
 */
export function entriesAt(lines: readonly string[], start: number): Entry[] {
  const first = withoutComment(lines[start]!.slice(lines[start]!.indexOf(":") + 1));
  if (first === "") return blockEntries(lines, start + 1);
  // A list in brackets may go on over several lines.
  let text = first;
  for (let line = start + 1; !isClosed(text) && line < lines.length; line++) {
    text += ` ${withoutComment(lines[line]!)}`;
  }
  return flowEntries(text, start + 1);
}

/** A text and its index, or `null` for the next one. */
export type Entry = readonly [index: number | null, name: string];

/** `- car` or `0: car` on each line. */
function blockEntries(lines: readonly string[], start: number): Entry[] {
  const entries: Entry[] = [];
  for (let place = start; place < lines.length; place++) {
    const line = withoutComment(lines[place]!);
    if (line === "") continue;
    const isItem = /^-(?:\s|$)/.test(line);
    // Items may be as far left as the key, and other keys end the list.
    if (!isItem && !/^\s/.test(lines[place]!)) break;
    const [, index, rest] = /^(\d{1,9})\s*:(?:\s+(.*))?$/.exec(line) ?? [];
    if (isItem) entries.push([null, scalar(line.slice(1).trim(), place + 1)]);
    else if (index !== undefined) entries.push([Number(index), scalar(rest ?? "", place + 1)]);
    else throw unsupported(place + 1, line);
  }
  return entries;
}

/** `[car, bus]` or `{0: car, 1: bus}`. */
function flowEntries(text: string, line: number): Entry[] {
  const isMap = text.startsWith("{") && text.endsWith("}");
  if (!isMap && !(text.startsWith("[") && text.endsWith("]"))) throw unsupported(line, text);
  const parts = splitAtCommas(text.slice(1, -1));
  // A comma may stand behind the last name.
  if (parts.at(-1) === "") parts.pop();
  return parts.map((part): Entry => {
    if (!isMap) return [null, scalar(part, line)];
    const [, index, rest] = /^(\d{1,9})\s*:\s*(.*)$/.exec(part) ?? [];
    if (index === undefined) throw unsupported(line, part);
    return [Number(index), scalar(rest!, line)];
  });
}

function splitAtCommas(text: string): string[] {
  const parts = [""];
  for (const piece of piecesOf(text)) {
    if (piece === ",") parts.push("");
    else parts[parts.length - 1] += piece;
  }
  return parts.map((part) => part.trim());
}

/** A text in quotes. */
const QUOTED = /"(?:[^"\\]|\\.)*"|'(?:[^']|'')*'/y;

/** The characters of a text; what is in quotes is one piece. Quotes inside a plain text, as in `driver's seat`, are plain. */
function* piecesOf(text: string): Generator<string> {
  for (let at = 0; at < text.length; ) {
    QUOTED.lastIndex = at;
    const isStart = at === 0 || /[\s,[{:]/.test(text[at - 1]!);
    const piece = (isStart ? QUOTED.exec(text)?.[0] : undefined) ?? text[at]!;
    yield piece;
    at += piece.length;
  }
}

const isClosed = (text: string) => /[\]}]\s*$/.test(text) || !/^[[{]/.test(text);

/** A text without the comment behind it: `#` after a space, outside quotes. */
function withoutComment(text: string): string {
  let kept = "";
  for (const piece of piecesOf(text)) {
    if (piece === "#" && (kept === "" || /\s$/.test(kept))) break;
    kept += piece;
  }
  return kept.trim();
}

/** A name: plain, in double quotes with the escapes of JSON, or in single quotes. */
function scalar(text: string, line: number): string {
  if (text.startsWith('"')) {
    try {
      const value: unknown = JSON.parse(text);
      if (typeof value === "string" && value !== "") return value;
    } catch {
      // YAML has more escapes than JSON.
    }
    throw unsupported(line, text);
  }
  if (/^'(?:[^']|'')+'$/.test(text)) return text.slice(1, -1).replaceAll("''", "'");
  // These start something else than a plain text in YAML, or are nothing.
  if (text === "" || /^['[\]{}&*!|>%@`]/.test(text)) throw unsupported(line, text);
  return text;
}

const unsupported = (line: number, text: string) =>
  new FormatError(
    "FORMAT_UNSUPPORTED",
    FORMAT,
    `line ${line}: ${quote(text)} is no name that can be read here; give the names as a list.`,
  );
