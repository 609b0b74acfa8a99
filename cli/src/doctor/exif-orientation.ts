/** Reads the EXIF orientation of a photo (CIPA DC-008-2019, 4.6.4, tag 0x0112). */

const ORIENTATION_TAG = 0x0112;

/** The position of the TIFF header. `Exif` is followed by two zeros, and the content starts at the second. */
const TIFF_START = 1;

/**
 * @param exif the content of a JPEG's APP1 after `Exif\\0`.
 * @returns 1 to 8. The default is 1, which means upright.
 */
export function readOrientation(exif: Uint8Array | undefined): number {
  if (exif === undefined) return 1;
  const view = new DataView(exif.buffer, exif.byteOffset, exif.byteLength);
  try {
    // `II`, or else `MM`.
    const isLittle = exif[TIFF_START] === 0x49;
    const directory = TIFF_START + view.getUint32(TIFF_START + 4, isLittle);
    const entries = view.getUint16(directory, isLittle);
    for (let entry = directory + 2; entry < directory + 2 + entries * 12; entry += 12) {
      if (view.getUint16(entry, isLittle) !== ORIENTATION_TAG) continue;
      const orientation = view.getUint16(entry + 8, isLittle);
      return orientation >= 1 && orientation <= 8 ? orientation : 1;
    }
  } catch {
    // Ignore an EXIF block that is cut short.
  }
  return 1;
}
