/** Resizes a map with OpenCV's official build for JavaScript. The map's array may be any of the three types. */
import { createRequire } from "node:module";

/**
 * @returns {Promise<(map, width: number, height: number, interpolation: "INTER_NEAREST" | "INTER_NEAREST_EXACT") =>
 *   number[]>}
 */
export async function loadOpenCvResize() {
  const cv = createRequire(import.meta.url)("@techstark/opencv-js");
  // The module itself has a `then`, so `await` would never finish. A plain callback does.
  await new Promise((resolve) => cv.then(() => resolve()));
  return ({ data, width, height }, targetWidth, targetHeight, interpolation) => {
    const [type, field] = {
      1: [cv.CV_8UC1, "data"],
      2: [cv.CV_16UC1, "data16U"],
      4: [cv.CV_32SC1, "data32S"],
    }[data.BYTES_PER_ELEMENT];
    const source = cv.matFromArray(height, width, type, data);
    const target = new cv.Mat();
    cv.resize(source, target, new cv.Size(targetWidth, targetHeight), 0, 0, cv[interpolation]);
    const values = [...target[field]];
    source.delete();
    target.delete();
    return values;
  };
}
