/**
 * The class names in a `data.yaml` of Ultralytics. Only the key `names` is read, in the three forms that Ultralytics and
 * its users write, and not YAML in general:
 *
 *   names: [car, "traffic light"]      names:            names:
 *                                        - car             0: car
 *                                        - bus             1: bus
 */
import { kindOf, quote } from "../../checks/describe.js";
import { DecodeError, FormatError } from "../../errors.js";

const FORMAT = "data.yaml";

/**
 * The names in the order of their indices.
 *
 * @param yaml the text of `data.yaml`
 * @throws {FormatError} FORMAT_INVALID: there is no key `names`, or an index is missing or occurs twice. FORMAT_UNSUPPORTED:
 *   the names are written in another form.
 * @throws {DecodeError} OPTION_INVALID.
 */
export function yoloNames(yaml: string): string[] {
  if (typeof yaml !== "string") {
    throw new DecodeError("OPTION_INVALID", `the text is ${kindOf(yaml)}; give a string.`);
  }
  const lines = yaml.replace(/^\uFEFF/, "").split(/\r\n?|\n/);
  const start = lines.findIndex((line) => /^(?:names|"names"|'names')\s*:(?:\s|$)/.test(line));
  if (start < 0) throw invalid("there is no key names at the start of a line.");
  const first = withoutComment(lines[start]!.slice(lines[start]!.indexOf(":") + 1));
  if (first === "") return inOrder(blockEntries(lines, start + 1));
  // A list in brackets may go on over several lines.
  let text = first;
  for (let line = start + 1; !isClosed(text) && line < lines.length; line++) {
    text += ` ${withoutComment(lines[line]!)}`;
  }
  return inOrder(flowEntries(text, start + 1));
}

/** A name and its index, or `null` for the next one. */
type Entry = readonly [index: number | null, name: string];

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

function inOrder(entries: readonly Entry[]): string[] {
  const names: (string | undefined)[] = [];
  entries.forEach(([index, name], place) => {
    const at = index ?? place;
    if (at >= entries.length) throw invalid(`names: an index below ${at} is missing.`);
    if (names[at] !== undefined) throw invalid(`names: the index ${at} occurs twice.`);
    names[at] = name;
  });
  return names as string[];
}

const invalid = (message: string) => new FormatError("FORMAT_INVALID", FORMAT, message);
const unsupported = (line: number, text: string) =>
  new FormatError(
    "FORMAT_UNSUPPORTED",
    FORMAT,
    `line ${line}: ${quote(text)} is no name that can be read here; give the names as a list.`,
  );
