/** Pairs the masks of two folders by their names. */

export interface Named {
  /** With folders, and without the extension. */
  readonly name: string;
}

export interface Paired<Item extends Named> {
  /** In the order of the first side. */
  readonly pairs: readonly (readonly [Item, Item])[];
  /** What has no partner, for each side. */
  readonly onlyIn: readonly [readonly Item[], readonly Item[]];
  /** Whether no names with folders are the same, so that those of the files decide. */
  readonly isByFile: boolean;
}

export function pairByName<Item extends Named>(
  first: readonly Item[],
  second: readonly Item[],
): Paired<Item> {
  const byName = pairBy(first, second, ({ name }) => compose(name));
  if (byName.pairs.length > 0) return { ...byName, isByFile: false };
  const byFile = pairBy(first, second, ({ name }) => compose(name.slice(name.lastIndexOf("/") + 1)));
  return { ...byFile, isByFile: byFile.pairs.length > 0 };
}

/** A key that two items of one side have is the key of neither. */
function pairBy<Item extends Named>(
  first: readonly Item[],
  second: readonly Item[],
  keyOf: (item: Item) => string,
): Omit<Paired<Item>, "isByFile"> {
  const [a, b] = [byKey(first, keyOf), byKey(second, keyOf)];
  const partnerOf = (item: Item, own: typeof a, others: typeof b) =>
    own.get(keyOf(item)) === null ? undefined : (others.get(keyOf(item)) ?? undefined);
  const pairs = first.flatMap((item) => {
    const partner = partnerOf(item, a, b);
    return partner === undefined ? [] : [[item, partner] as const];
  });
  const without = (items: readonly Item[], own: typeof a, others: typeof b) =>
    items.filter((item) => partnerOf(item, own, others) === undefined);
  return { pairs, onlyIn: [without(first, a, b), without(second, b, a)] };
}

/** The item of each key; null if there are several. */
function byKey<Item>(
  items: readonly Item[],
  keyOf: (item: Item) => string,
): ReadonlyMap<string, Item | null> {
  const found = new Map<string, Item | null>();
  for (const item of items) found.set(keyOf(item), found.has(keyOf(item)) ? null : item);
  return found;
}

/** macOS may write an accent as a character of its own (NFD). */
function compose(name: string): string {
  return name.normalize("NFC");
}
