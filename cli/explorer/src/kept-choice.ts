/** Choices that the browser keeps for the page's address, so that they last. */
import { type Signal, signal } from "@preact/signals";

/** A signal that begins with the kept value, if there is a valid one, and keeps each change. */
export function keptChoice<Value>(
  name: string,
  fallback: Value,
  isValid: (value: unknown) => value is Value,
): Signal<Value> {
  const key = `labelmap-${name}`;
  const made = signal(readKept(key, fallback, isValid));
  let kept = made.peek();
  made.subscribe((value) => {
    if (value === kept) return;
    kept = value;
    try {
      localStorage.setItem(key, JSON.stringify(value));
    } catch {
      // Storage is not allowed: the choice lasts until the page is closed.
    }
  });
  return made;
}

function readKept<Value>(key: string, fallback: Value, isValid: (value: unknown) => value is Value): Value {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(key) ?? "null");
    return isValid(value) ? value : fallback;
  } catch {
    return fallback;
  }
}
