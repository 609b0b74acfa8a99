/** The order of file names for people: `mask2` before `mask10`. */

let collator: Intl.Collator | undefined;

/** As the comparison of `sort`. Names may differ and compare as equal, such as `mask2` and `mask02`. */
export function compareNaturally(a: string, b: string): number {
  // Made on first use: it takes several milliseconds, and most threads that load the formats compare no names.
  collator ??= new Intl.Collator("en", { numeric: true });
  return collator.compare(a, b);
}
