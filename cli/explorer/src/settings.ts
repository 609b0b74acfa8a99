/**
 * What the user has chosen for all masks: colours of the page, opacity, order of lists. The browser stores it for the
 * page's address. `labelmap view` uses the same port each time, if it is free, so that the choices last.
 */
import { effect, type Signal, signal } from "@preact/signals";

const KEY = "labelmap-settings";

type Stored = Record<string, unknown>;

const settings = new Map<string, Signal<unknown>>();
const stored: Stored = readStored();

/** A signal that begins with the stored value. A stored value that is not valid (any more) is ignored. */
export function setting<Value>(
  name: string,
  fallback: Value,
  isValid: (value: unknown) => value is Value,
): Signal<Value> {
  const value = stored[name];
  const made = signal(isValid(value) ? value : fallback);
  settings.set(name, made as Signal<unknown>);
  return made;
}

/** Stores all settings now, and whenever one changes. */
export function storeSettings(): void {
  effect(() => {
    const values = Object.fromEntries([...settings].map(([name, { value }]) => [name, value]));
    try {
      // Settings of a newer or older page are kept.
      localStorage.setItem(KEY, JSON.stringify({ ...stored, ...values }));
    } catch {
      // Storage is not allowed: the choices last until the page is closed.
    }
  });
}

function readStored(): Stored {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(KEY) ?? "{}");
    return typeof value === "object" && value !== null ? (value as Stored) : {};
  } catch {
    return {};
  }
}
