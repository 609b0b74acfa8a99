/** Writes BMPs of any kind, good and bad: the caller gives the stored pixels. */

export interface BmpOptions {
  readonly width: number;
  /** Negative: the first row is the upper one. */
  readonly height: number;
  readonly bits: number;
  readonly compression?: number;
  /** RGB entries. */
  readonly palette?: readonly (readonly [number, number, number])[];
  /** Red, green, blue and alpha. */
  readonly masks?: readonly number[];
  /** 12, 40 or 124. */
  readonly headerBytes?: 12 | 40 | 124;
  readonly stored: Uint8Array;
}

export function writeBmp(options: BmpOptions): Uint8Array {
  const {
    width,
    height,
    bits,
    compression = 0,
    palette = [],
    masks = [],
    headerBytes = 40,
    stored,
  } = options;
  const header = Buffer.alloc(headerBytes);
  header.writeUInt32LE(headerBytes, 0);
  if (headerBytes === 12) {
    header.writeUInt16LE(width, 4);
    header.writeUInt16LE(height, 6);
    header.writeUInt16LE(1, 8);
    header.writeUInt16LE(bits, 10);
  } else {
    header.writeInt32LE(width, 4);
    header.writeInt32LE(height, 8);
    header.writeUInt16LE(1, 12);
    header.writeUInt16LE(bits, 14);
    header.writeUInt32LE(compression, 16);
    header.writeUInt32LE(palette.length, 32);
  }
  const fields = Buffer.from(new Uint32Array(masks).buffer);
  if (headerBytes === 124) fields.copy(header, 40);
  const behind = headerBytes === 40 ? fields : Buffer.alloc(0);
  const colours = Buffer.from(
    palette.flatMap(([red, green, blue]) =>
      headerBytes === 12 ? [blue, green, red] : [blue, green, red, 0],
    ),
  );
  const file = Buffer.alloc(14);
  file.write("BM");
  const start = 14 + headerBytes + behind.length + colours.length;
  file.writeUInt32LE(start + stored.length, 2);
  file.writeUInt32LE(start, 10);
  return new Uint8Array(Buffer.concat([file, header, behind, colours, stored]));
}
