/** Parts of OpenCV's official build for JavaScript. */
import { createRequire } from "node:module";

async function loadOpenCv() {
  const cv = createRequire(import.meta.url)("@techstark/opencv-js");
  // The module itself has a `then`, so `await` would never finish. A plain callback does.
  await new Promise((resolve) => cv.then(() => resolve()));
  // In an object: whatever an async function returns is awaited too.
  return { cv };
}

/**
 * Fills a polygon as trainers do: `cv2.fillPoly` of vertices whose fractions are cut off.
 *
 * @returns {Promise<(polygon: readonly number[], width: number, height: number) => Uint8Array>} 1 for each filled pixel
 */
export async function loadOpenCvFill() {
  const { cv } = await loadOpenCv();
  return (polygon, width, height) => {
    const mask = cv.Mat.zeros(height, width, cv.CV_8UC1);
    const points = cv.matFromArray(polygon.length / 2, 1, cv.CV_32SC2, polygon.map(Math.trunc));
    const list = new cv.MatVector();
    list.push_back(points);
    cv.fillPoly(mask, list, new cv.Scalar(1));
    const filled = Uint8Array.from(mask.data);
    for (const object of [mask, points, list]) object.delete();
    return filled;
  };
}

/**
 * Resizes a map. The map's array may be any of the three types.
 *
 * @returns {Promise<(map, width: number, height: number, interpolation: "INTER_NEAREST" | "INTER_NEAREST_EXACT") =>
 *   number[]>}
 */
export async function loadOpenCvResize() {
  const { cv } = await loadOpenCv();
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
