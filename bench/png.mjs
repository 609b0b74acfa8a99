/** A PNG to its compressed pixels: the contents of its IDAT chunks, joined. */
export function idatOf(png) {
  const contents = [];
  for (let offset = 8; offset < png.length; ) {
    const length = png.readUInt32BE(offset);
    const type = png.toString("latin1", offset + 4, offset + 8);
    if (type === "IDAT") contents.push(png.subarray(offset + 8, offset + 8 + length));
    offset += 12 + length;
  }
  return Buffer.concat(contents);
}
