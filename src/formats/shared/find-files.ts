/** Finds the files that annotations name, although data sets are often moved without their folders. */

/**
 * A function that finds a file by the name that an annotation has for it: at the first of the expected paths that exists,
 * or the only file of that name anywhere.
 *
 * @param paths all paths of the source
 */
export function finderOf(paths: readonly string[]): (file: string, ...expected: string[]) => string | null {
  const exists = new Set(paths);
  const ofName = new Map<string, string | null>();
  for (const path of paths) {
    const name = lastPart(path);
    ofName.set(name, ofName.has(name) ? null : path);
  }
  return (file, ...expected) => {
    const path = expected.find((each) => exists.has(each));
    return path ?? ofName.get(lastPart(file)) ?? null;
  };
}

/** `a.png` of `masks/a.png`. Files of Windows may have a `\`. */
export function lastPart(path: string): string {
  return path.slice(Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\")) + 1);
}
