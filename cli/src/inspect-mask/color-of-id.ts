/** The colour `#rrggbb` whose samples are the bytes of an id, as `decodeIds` reads them: the lowest byte is R. */
export function colorOfId(id: number): string {
  const [red, green, blue] = [id & 255, (id >> 8) & 255, id >> 16];
  return `#${((red << 16) | (green << 8) | blue).toString(16).padStart(6, "0")}`;
}
