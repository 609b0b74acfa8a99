/** Writes plain TIFFs (Adobe, TIFF 6.0, section 2), so that a test chooses the byte order, the samples and any tag. */

export interface TiffPage {
  readonly width: number;
  readonly height: number;
  readonly bits: 1 | 4 | 8 | 16 | 32;
  /** Samples per pixel. Default 1. */
  readonly channels?: number;
  /** The pixels as they are stored, in the byte order of the file. */
  readonly pixels: Uint8Array;
  /** More tags, or other values of the usual ones. A value is a SHORT. */
  readonly tags?: Readonly<Record<number, readonly number[]>>;
}

/** @param isBig BigTIFF: offsets of 64 bits */
export function writeTiff(pages: readonly TiffPage[], isLittle = true, isBig = false): Uint8Array {
  const parts: Buffer[] = [];
  let length = 0;
  const add = (part: Buffer) => {
    const offset = length;
    parts.push(part);
    length += part.length;
    return offset;
  };
  const number = (value: number, bytes: number) => {
    const part = Buffer.alloc(bytes);
    const places = isLittle ? [...part.keys()] : [...part.keys()].reverse();
    places.forEach((place, index) => {
      part[place] = Math.floor(value / 256 ** index) % 256;
    });
    return part;
  };
  const long = (value: number) => number(value, isBig ? 8 : 4);
  add(Buffer.concat([Buffer.from(isLittle ? "II" : "MM"), number(isBig ? 43 : 42, 2)]));
  if (isBig) add(Buffer.concat([number(8, 2), number(0, 2)]));
  const links = [add(long(0))];
  for (const { width, height, bits, channels = 1, pixels, tags = {} } of pages) {
    const strip = add(Buffer.from(pixels));
    if (length % 2 === 1) add(Buffer.alloc(1));
    const values: Record<number, readonly number[]> = {
      256: [width],
      257: [height],
      258: Array<number>(channels).fill(bits),
      259: [1],
      262: [channels < 3 ? 1 : 2],
      273: [strip],
      277: [channels],
      278: [height],
      279: [pixels.length],
      ...(channels === 2 || channels === 4 ? { 338: [2] } : {}),
      ...tags,
    };
    const entries = Object.entries(values).map(([tag, list]) => {
      // Offsets and lengths are LONGs, all others SHORTs.
      const isLong = tag === "273" || tag === "279";
      const content = Buffer.concat(list.map((value) => number(value, isLong ? 4 : 2)));
      const room = isBig ? 8 : 4;
      const inline = content.length <= room;
      const value = inline
        ? Buffer.concat([content, Buffer.alloc(room - content.length)])
        : long(add(content));
      return Buffer.concat([number(Number(tag), 2), number(isLong ? 4 : 3, 2), long(list.length), value]);
    });
    if (length % 2 === 1) add(Buffer.alloc(1));
    const directory = add(number(entries.length, isBig ? 8 : 2));
    for (const entry of entries) add(entry);
    patch(parts, links.at(-1)!, long(directory));
    links.push(add(long(0)));
  }
  return new Uint8Array(Buffer.concat(parts));
}

function patch(parts: readonly Buffer[], offset: number, value: Buffer): void {
  let start = 0;
  for (const part of parts) {
    if (start === offset) value.copy(part);
    start += part.length;
  }
}
