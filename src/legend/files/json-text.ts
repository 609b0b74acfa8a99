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
 * @param visit gets the path, which is only valid during the call, and the offset. If it returns true, the walk ends.
 */
function walk(text: string, visit: (path: Path, offset: number) => boolean | undefined): void {
  const path: (string | number)[] = [];
  /** Whether the innermost value is an object whose next string is a key. */
  let expectsKey = false;
  TOKEN.lastIndex = 0;
  for (const { 0: token, index } of text.matchAll(TOKEN)) {
    if (token === "{" || token === "[") {
      path.push(token === "{" ? "" : 0);
      expectsKey = token === "{";
      if (!expectsKey && visit(path, index + 1)) return;
    } else if (token === "}" || token === "]") {
      path.pop();
      expectsKey = false;
    } else if (token === ",") {
      const place = path.at(-1);
      expectsKey = typeof place === "string";
      if (typeof place === "number") {
        path[path.length - 1] = place + 1;
        if (visit(path, index + 1)) return;
      }
    } else if (expectsKey) {
      path[path.length - 1] = JSON.parse(token) as string;
      expectsKey = false;
      if (visit(path, index)) return;
    }
  }
}

/** The keys of the object at this path, in the order of the text, and those that occur again, with their lines. */
export function keysInText(
  text: string,
  parent: Path,
): { readonly keys: readonly string[]; readonly repeated: readonly { key: string; line: number }[] } {
  const keys = new Set<string>();
  const repeated: { key: string; offset: number }[] = [];
  walk(text, (path, offset) => {
    if (path.length !== parent.length + 1 || !startsWith(path, parent)) return false;
    const key = String(path.at(-1));
    if (keys.has(key)) repeated.push({ key, offset });
    keys.add(key);
    return false;
  });
  return {
    keys: [...keys],
    repeated: repeated.map(({ key, offset }) => ({ key, line: lineAt(text, offset) })),
  };
}

/** The line, from 1, on which the value at this path is. Of a repeated key it is the last, whose value counts. */
export function lineInText(text: string, wanted: Path): number {
  let found = 0;
  walk(text, (path, offset) => {
    if (path.length === wanted.length && startsWith(path, wanted)) found = offset;
    return false;
  });
  // An item of a list may be on a later line than the sign before it.
  return lineAt(text, found + /^\s*/.exec(text.slice(found))![0].length);
}

function startsWith(path: Path, start: Path): boolean {
  return start.every((step, place) => path[place] === step);
}

function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split(/\r\n|\n|\r/).length;
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
