/** The name of a key in the tables of keys: letters are lower case, whatever Shift and Caps Lock do. */
export function keyOf({ key }: KeyboardEvent): string {
  return key.length === 1 ? key.toLowerCase() : key;
}
