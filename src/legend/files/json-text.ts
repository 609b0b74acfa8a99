/**
 * What JSON.parse does not tell: the order of an object's keys (numbers come first in JavaScript), keys that occur twice,
 * and the line of a value. A text is searched only for those of its objects about which this must be known.
 */

/** The keys of objects and the places of lists that lead to a value. */
export type Path = readonly (string | number)[];

/** Strings, and the signs that open, close and separate. Numbers and words need no attention. */
const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\],]/gs;

/**
 * Walks through a JSON text and calls `visit` for each member of an object and each item of a list, before what is inside.
 *
 * @param text what JSON.parse has taken.
 * @param visit gets the path, which is only valid during the call, and the offset.
 */
function walk(text: string, visit: (path: Path, offset: number) => void): void {
  const path: (string | number)[] = [];
  /** Whether the innermost value is an object whose next string is a key. */
  let expectsKey = false;
  TOKEN.lastIndex = 0;
  for (const { 0: token, index } of text.matchAll(TOKEN)) {
    if (token === "{" || token === "[") {
      path.push(token === "{" ? "" : 0);
      expectsKey = token === "{";
      if (!expectsKey) visit(path, index + 1);
    } else if (token === "}" || token === "]") {
      path.pop();
      expectsKey = false;
    } else if (token === ",") {
      const place = path.at(-1);
      expectsKey = typeof place === "string";
      if (typeof place === "number") {
        path[path.length - 1] = place + 1;
        visit(path, index + 1);
      }
    } else if (expectsKey) {
      path[path.length - 1] = JSON.parse(token) as string;
      expectsKey = false;
      visit(path, index);
    }
  }
}

/** A key that occurs again in its object, and the line on which it does. */
export interface RepeatedKey {
  readonly key: string;
  readonly line: number;
}

/** The keys of the object at this path, in the order of the text, and those that occur again. */
export function keysInText(
  text: string,
  parent: Path,
): { readonly keys: readonly string[]; readonly repeated: readonly RepeatedKey[] } {
  const keys = new Set<string>();
  const repeated: RepeatedKey[] = [];
  // Lines are counted from one repeated key to the next, since there may be many.
  let line = 1;
  let counted = 0;
  walk(text, (path, offset) => {
    if (path.length !== parent.length + 1 || !startsWith(path, parent)) return;
    const key = String(path.at(-1));
    if (keys.has(key)) {
      line += linesIn(text.slice(counted, offset)) - 1;
      counted = offset;
      repeated.push({ key, line });
    }
    keys.add(key);
  });
  return { keys: [...keys], repeated };
}

/** The line, from 1, on which the value at this path is. Of a repeated key it is the last, whose value counts. */
export function lineInText(text: string, wanted: Path): number {
  let found = 0;
  walk(text, (path, offset) => {
    if (path.length === wanted.length && startsWith(path, wanted)) found = offset;
  });
  // An item of a list may be on a later line than the sign before it.
  return linesIn(text.slice(0, found + /^\s*/.exec(text.slice(found))![0].length));
}

function startsWith(path: Path, start: Path): boolean {
  return start.every((step, place) => path[place] === step);
}

/** The number of lines that a text has up to its end. */
function linesIn(text: string): number {
  return text.split(/\r\n|\n|\r/).length;
}

/** A path as messages write it: `categories[3].color`, `["car"]`. */
export function formatPath(path: Path): string {
  return path
    .map((step, place) => {
      if (typeof step === "number") return `[${step}]`;
      if (!/^[A-Za-z_]\w{0,40}$/.test(step)) return `[${JSON.stringify(step.slice(0, 80))}]`;
      return place === 0 ? step : `.${step}`;
    })
    .join("");
}
