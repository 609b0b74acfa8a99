/** Reads the EXIF orientation of a photo (CIPA DC-008-2019, 4.6.4, tag 0x0112), and turns pictures upright. */
import { type Canvas, makeCanvas } from "./canvas.js";

const ORIENTATION_TAG = 0x0112;

/** The position of the TIFF header. `Exif` is followed by two zeros, and jpeg-js leaves the second. */
const TIFF_START = 1;

/**
 * @param exif the content of a JPEG's APP1 after `Exif\\0`, as jpeg-js gives it.
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

/** Turns a picture upright. Orientations 2 to 4 mirror or rotate it; 5 to 8 also swap rows and columns. */
export function turn(canvas: Canvas, orientation: number): Canvas {
  if (orientation === 1) return canvas;
  const { width, height, data } = canvas;
  const isSwapped = orientation >= 5;
  const turned = isSwapped ? makeCanvas(height, width) : makeCanvas(width, height);
  // Whether the upright picture starts at the far end of the stored columns or rows.
  const isFlippedX = [2, 3, 7, 8].includes(orientation);
  const isFlippedY = [3, 4, 6, 7].includes(orientation);
  for (let y = 0, target = 0; y < turned.height; y++) {
    for (let x = 0; x < turned.width; x++, target += 3) {
      const [column, row] = isSwapped ? [y, x] : [x, y];
      const sourceX = isFlippedX ? width - 1 - column : column;
      const sourceY = isFlippedY ? height - 1 - row : row;
      const source = (sourceY * width + sourceX) * 3;
      turned.data.set(data.subarray(source, source + 3), target);
    }
  }
  return turned;
}
