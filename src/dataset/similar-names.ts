/**
 * Finds class names that probably mean the same class: `Car` and `car `, `traffic light` and `traffic-light`. Names are
 * similar if they are equal once case, spaces, hyphens and underscores are ignored and Unicode is normalised (NFKC).
 */

/**
 * The groups of two or more similar names. Names within a group are in code-unit order, and groups are ordered by their
 * first name.
 */
export function similarNames(names: Iterable<string>): string[][] {
  const groups = new Map<string, Set<string>>();
  for (const name of names) {
    const key = name
      .normalize("NFKC")
      .toLowerCase()
      .replace(/[\s_\p{Dash}]+/gu, "");
    const group = groups.get(key) ?? new Set();
    groups.set(key, group);
    group.add(name);
  }
  return [...groups.values()]
    .filter((group) => group.size > 1)
    .map((group) => [...group].sort())
    .sort(([a], [b]) => (a! < b! ? -1 : 1));
}
