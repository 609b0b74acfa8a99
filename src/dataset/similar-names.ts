/**
 * Class names to the groups that probably mean one class: `Car` and `car `, `traffic light` and `traffic-light`.
 * Names are alike where they are equal without case, spaces, hyphens and underscores, accents written in one way.
 */

/**
 * The groups of two and more names that are alike; names in a group and groups by their first name in code-unit
 * order.
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
