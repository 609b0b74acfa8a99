/** A source and its flags as words of a command line, for commands that are suggested. */

import type { SourceFlags } from "./source-flags.js";

/** The flags as they are written on a command line. */
export function wordsOf(flags: SourceFlags): string[] {
  const {
    from,
    legend,
    encoding,
    form,
    suffix,
    read = {},
    snap,
    strict,
    classBy,
    transparent,
    maxPixels,
  } = flags;
  const named = { from, legend, encoding, form, suffix, "class-by": classBy, transparent };
  const words = Object.entries(named).flatMap(([name, value]) =>
    value === undefined ? [] : [`--${name}`, value],
  );
  for (const [name, value] of Object.entries(read)) {
    words.push("--read", `${name}=${typeof value === "string" ? value : JSON.stringify(value)}`);
  }
  if (snap !== undefined) {
    const { to, maxDistance } = snap;
    const parts = [...(to === "neighbours" ? [to] : []), ...(maxDistance === undefined ? [] : [maxDistance])];
    words.push("--snap", parts.join(":"));
  }
  if (strict) words.push("--strict");
  if (maxPixels !== undefined) words.push("--max-pixels", String(maxPixels));
  return words;
}

/** A path that starts with a dash is no flag. */
export function argument(path: string): string {
  return path.startsWith("-") && path !== "-" ? `./${path}` : path;
}
