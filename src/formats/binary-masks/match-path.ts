/**
 * Fits a path to the tokens of a pattern. A regular expression would take ages for a path that nearly fits in many ways. Here
 * no token is tried twice at the same place, so the time is at most the tokens times the square of the path's length.
 */

/** A piece of a pattern. */
export interface Token {
  readonly kind: "image" | "class" | "instance" | "split" | "*" | "text";
  /** The text itself, or the part as the pattern writes it: `{image}`. */
  readonly text: string;
}

export interface ClassRule {
  /** The names that a class can have, the longest first; undefined if it can have any. */
  readonly names: readonly string[] | undefined;
  /** Whether a class may have nothing but digits. */
  readonly mayBeNumber: boolean;
}

/** The text of each token, or null if the path does not fit. The parts on the left are as long as possible. */
export function matchPath(path: string, tokens: readonly Token[], rule: ClassRule): readonly string[] | null {
  const failed = tokens.map(() => new Set<number>());
  const ends: number[] = [];
  const fits = (place: number, start: number): boolean => {
    const token = tokens[place];
    if (token === undefined) return start === path.length;
    if (failed[place]!.has(start)) return false;
    for (const end of endsOf(token, path, start, rule)) {
      ends[place] = end;
      if (fits(place + 1, end)) return true;
    }
    failed[place]!.add(start);
    return false;
  };
  if (!fits(0, 0)) return null;
  return tokens.map((_, place) => path.slice(ends[place - 1] ?? 0, ends[place]));
}

/** Where a token that starts here may end, the farthest first. */
function* endsOf({ kind, text }: Token, path: string, start: number, rule: ClassRule): Generator<number> {
  if (kind === "text") {
    const found = path.slice(start, start + text.length);
    // Only the ending of the file may be in another case.
    const isEnding = start + text.length === path.length;
    const isSame = found === text || (isEnding && withEnding(found) === withEnding(text));
    if (isSame) yield start + text.length;
    return;
  }
  if (kind === "class" && rule.names !== undefined) {
    for (const name of rule.names) if (path.startsWith(name, start)) yield start + name.length;
    return;
  }
  const isPart = kind === "instance" ? /\d/ : kind === "image" ? /[\s\S]/ : /[^/]/;
  let most = start;
  while (most < path.length && isPart.test(path[most]!)) most++;
  const least = kind === "*" ? start : start + 1;
  for (let end = most; end >= least; end--) {
    if (kind === "class" && !rule.mayBeNumber && !/\D/.test(path.slice(start, end))) return;
    yield end;
  }
}

const withEnding = (text: string) => text.replace(/\.png$/i, ".png");
