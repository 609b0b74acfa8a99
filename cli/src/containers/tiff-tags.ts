/**
 * The tags of a TIFF's first page that sharp does not tell: how it is compressed, what its samples mean, what its alpha is.
 * TIFF 6.0 (Adobe, 1992), sections 2 and 18; BigTIFF (libtiff.gitlab.io/libtiff/specification/bigtiff.html).
 */

/** Values of the first page. The defaults are from TIFF 6.0. */
export interface TiffTags {
  /** 1: none, 5: LZW, 8 and 32946: deflate, 6 and 7: JPEG, and more. */
  readonly compression: number;
  /** 0: white is 0, 1: black is 0, 2: RGB, 3: palette, 5: CMYK, 6: YCbCr. */
  readonly photometric: number;
  /** What the sample after the colours is. 1: alpha that the colours were multiplied with; 2: alpha. */
  readonly extraSample: number | undefined;
}

const COMPRESSION = 259;
const PHOTOMETRIC = 262;
const EXTRA_SAMPLES = 338;

/** Compressions that change values: JPEG (old and new), WebP and JPEG XL, which may do so, and JPEG 2000. */
export const LOSSY_COMPRESSIONS: ReadonlySet<number> = new Set([6, 7, 33003, 33005, 34712, 50001, 50002]);

/** @returns null if the directory of the first page is not in the bytes. */
export function readTiffTags(bytes: Uint8Array): TiffTags | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const isLittle = bytes[0] === 0x49;
  const isBig = view.getUint16(2, isLittle) === 43;
  const long = (offset: number) =>
    isBig ? Number(view.getBigUint64(offset, isLittle)) : view.getUint32(offset, isLittle);
  try {
    const directory = long(isBig ? 8 : 4);
    const count = isBig ? long(directory) : view.getUint16(directory, isLittle);
    const first = directory + (isBig ? 8 : 2);
    const entryBytes = isBig ? 20 : 12;
    const values = new Map<number, number>();
    for (let index = 0; index < count; index++) {
      const entry = first + index * entryBytes;
      // All three are SHORTs, so their first value is in the entry itself.
      values.set(view.getUint16(entry, isLittle), view.getUint16(entry + (isBig ? 12 : 8), isLittle));
    }
    return {
      compression: values.get(COMPRESSION) ?? 1,
      photometric: values.get(PHOTOMETRIC) ?? 1,
      extraSample: values.get(EXTRA_SAMPLES),
    };
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}
