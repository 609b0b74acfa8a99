/** A key as tables of keys name it: a letter is small, whatever Shift and Caps Lock make of it. */
export function keyOf({ key }: KeyboardEvent): string {
  return key.length === 1 ? key.toLowerCase() : key;
}
