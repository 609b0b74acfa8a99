/**
 * Patterns for the paths of masks, such as `{image}/{class}[_{instance}].png`: which part of a path is the image, the class,
 * and the object's number.
 */

import { kindOf, quote } from "../../checks/describe.js";
import { invalid } from "../../checks/invalid.js";
import { matchPath, type Token } from "./match-path.js";

/** What a path says. */
export interface PathParts {
  readonly image: string;
  readonly class?: string | undefined;
  readonly instance?: number | undefined;
  readonly split?: string | undefined;
}

/** A pattern that has been read. */
export interface PathPattern {
  readonly text: string;
  has(part: PartName): boolean;
  /** What the path says, or null if it does not fit. */
  match(path: string): PathParts | null;
  /** The path of these parts, or null if the pattern has no place for one, or lacks one. */
  format(parts: PathParts): string | null;
}

const NAMES = ["image", "class", "instance", "split"] as const;
export type PartName = (typeof NAMES)[number];

/** The time that a match may take grows with the square of the length. */
const MOST_LENGTH = 1024;
export const MOST_STARS = 4;
/** More numbers do not fit the maps. */
const MOST_INSTANCE = 2 ** 31 - 2;

interface Piece {
  readonly kind: Token["kind"] | "[" | "]";
  readonly text: string;
}

/**
 * Reads a pattern. `{image}` is the name of the image and may have folders. `{class}` and `{split}` are a folder, a file name or
 * a part of one; `{instance}` is a number. `*` is anything but `/`, and is ignored. What is in `[ ]` may be missing. If there
 * are several ways to match, a number is taken before none, and then the parts on the left are as long as possible. A class is
 * no number if a number can be beside it.
 *
 * @param classNames the names that a class can have. Default: any
 * @throws {DecodeError} OPTION_INVALID
 */
export function parsePattern(text: unknown, classNames?: readonly string[]): PathPattern {
  if (typeof text !== "string") throw invalid(`pattern is ${kindOf(text)}; ${EXAMPLE}`);
  const wrong = (problem: string) => invalid(`pattern ${quote(text)}: ${problem}; ${EXAMPLE}`);
  const tokens = tokenize(text, wrong);
  const names = tokens.flatMap(({ kind }) => (NAMES.includes(kind as PartName) ? [kind as PartName] : []));
  const whole = withoutBrackets(tokens);
  // Without the part in brackets, if there is one.
  const open = tokens.findIndex(({ kind }) => kind === "[");
  const close = tokens.findIndex(({ kind }) => kind === "]");
  const bare = open < 0 ? [] : withoutBrackets([...tokens.slice(0, open), ...tokens.slice(close + 1)]);
  const classPlace = tokens.findIndex(({ kind }) => kind === "class");
  const rule = {
    names: classNames && [...classNames].sort((a, b) => b.length - a.length),
    mayBeNumber: classPlace < 0 || standsAlone(tokens, classPlace),
  };
  return {
    text,
    has: (part) => names.includes(part),
    match(path) {
      if (path.length > MOST_LENGTH) return null;
      for (const list of open < 0 ? [whole] : [whole, bare]) {
        const texts = matchPath(path, list, rule);
        if (texts === null) continue;
        const textOf = (part: PartName) => texts[list.findIndex(({ kind }) => kind === part)];
        const instance = textOf("instance");
        const number = instance === undefined ? undefined : Number(instance);
        if (number !== undefined && number > MOST_INSTANCE) return null;
        return { image: textOf("image")!, class: textOf("class"), instance: number, split: textOf("split") };
      }
      return null;
    },
    format(parts) {
      let path = "";
      let isOptional = false;
      for (const { kind, text: literal } of tokens) {
        if (kind === "[") isOptional = true;
        else if (kind === "]") isOptional = false;
        else if (isOptional && parts.instance === undefined) continue;
        else if (kind === "text") path += literal;
        else if (kind === "*") return null;
        else if (parts[kind] === undefined) return null;
        else path += String(parts[kind]);
      }
      const missing = NAMES.some(
        (name) => parts[name] !== undefined && !names.includes(name) && name !== "split",
      );
      return missing ? null : path;
    },
  };
}

const withoutBrackets = (pieces: readonly Piece[]) =>
  pieces.filter((piece): piece is Token => piece.kind !== "[" && piece.kind !== "]");

const EXAMPLE = "write it like {image}/{class}_{instance}.png or {class}/{image}.png.";

function tokenize(text: string, wrong: (problem: string) => Error): Piece[] {
  const tokens: Piece[] = [];
  const ending = /\.png$/i.exec(text);
  if (ending === null) throw wrong("it must end with .png");
  for (const [token] of text.matchAll(/\{[^{}]*\}|[[\]*]|[^[\]{}*]+|./gsu)) {
    const name = /^\{(.*)\}$/s.exec(token)?.[1];
    if (name !== undefined) {
      if (!NAMES.includes(name as PartName)) throw wrong(`${quote(token)} is no part of a path`);
      if (tokens.some(({ kind }) => kind === name)) throw wrong(`it has ${token} twice`);
      tokens.push({ kind: name as PartName, text: token });
    } else if (token === "*" || token === "[" || token === "]") tokens.push({ kind: token, text: token });
    else if (token === "{" || token === "}") throw wrong(`${quote(token)} has no counterpart`);
    else tokens.push({ kind: "text", text: token });
  }
  if (!tokens.some(({ kind }) => kind === "image")) throw wrong("it has no {image}");
  if (tokens.filter(({ kind }) => kind === "*").length > MOST_STARS)
    throw wrong(`it has more than ${MOST_STARS} stars`);
  checkBrackets(tokens, wrong);
  const flat = tokens.filter(({ kind }) => kind !== "[" && kind !== "]");
  const isOpen = (token: Piece | undefined) => token !== undefined && token.kind !== "text";
  if (flat.some((token, place) => isOpen(token) && isOpen(flat[place + 1]))) {
    throw wrong("two parts must have text such as _ or / between them");
  }
  return tokens;
}

/** One pair of brackets, around the number and the text beside it. */
function checkBrackets(tokens: readonly Piece[], wrong: (problem: string) => Error): void {
  const kinds = tokens.map(({ kind }) => kind);
  const [open, close] = [kinds.indexOf("["), kinds.indexOf("]")];
  if (open < 0 && close < 0) return;
  const inside = kinds.slice(open + 1, close);
  const isPair = open < close && kinds.lastIndexOf("[") === open && kinds.lastIndexOf("]") === close;
  const isNumber =
    inside.includes("instance") && inside.every((kind) => kind === "instance" || kind === "text");
  if (!isPair || !isNumber || open < 0)
    throw wrong("only {instance} and text beside it can be in one pair of [ ]");
}

/** Whether no number can be beside a class in its folder or file name. */
function standsAlone(tokens: readonly Piece[], place: number): boolean {
  const isEnd = (token: Piece) => token.kind === "text" && token.text.includes("/");
  const before = tokens.slice(0, place).reverse();
  const after = tokens.slice(place + 1);
  const near = [before, after].flatMap((side) => {
    const end = side.findIndex(isEnd);
    return end < 0 ? side : side.slice(0, end);
  });
  return near.every(({ kind }) => kind === "text");
}
