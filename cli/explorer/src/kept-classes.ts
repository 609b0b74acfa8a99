/**
 * The classes of a data set that the address names. The tab keeps them over a reload: two classes of nearly the same colour
 * are told apart only once both are known, and without this one of them would change its colour until all masks are read
 * again.
 */
const KEY = "labelmap-classes";

/** Of each class its name, and the colour of its first label. */
export type KnownClasses = ReadonlyMap<string, string>;

interface Kept {
  readonly address: string;
  readonly classes: readonly (readonly [name: string, color: string])[];
}

/** What was kept for this address; no classes if there is nothing, or the address names no data set. */
export function keptClasses(): KnownClasses {
  try {
    const kept = JSON.parse(sessionStorage.getItem(KEY) ?? "null") as Kept | null;
    return new Map(kept !== null && kept.address === addressOfSet() ? kept.classes : []);
  } catch {
    return new Map();
  }
}

export function keepClasses(classes: KnownClasses): void {
  try {
    const address = addressOfSet();
    if (address === null) return;
    sessionStorage.setItem(KEY, JSON.stringify({ address, classes: [...classes] } satisfies Kept));
  } catch {
    // Storage is not allowed or full: a reload may change the colours of a few classes.
  }
}

/** Files that were dropped are gone after a reload. */
const addressOfSet = () => (location.search === "" ? null : location.pathname + location.search);
