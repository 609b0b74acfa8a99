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
 * Makes an image of one channel, on which `cv2.fillPoly` draws polygons one over the other.
 *
 * @returns {Promise<(width: number, height: number, calls: readonly { rings: readonly (readonly number[])[], value: number
 *   }[]) => Uint8Array>} each call is one of `fillPoly`, with all its rings; the vertices must be integers
 */
export async function loadOpenCvFillPoly() {
  const { cv } = await loadOpenCv();
  return (width, height, calls) => {
    const image = cv.Mat.zeros(height, width, cv.CV_8UC1);
    for (const { rings, value } of calls) {
      const list = new cv.MatVector();
      const contours = rings.map((ring) => cv.matFromArray(ring.length / 2, 1, cv.CV_32SC2, ring));
      for (const contour of contours) list.push_back(contour);
      cv.fillPoly(image, list, new cv.Scalar(value));
      for (const object of [list, ...contours]) object.delete();
    }
    const pixels = Uint8Array.from(image.data);
    image.delete();
    return pixels;
  };
}

/**
 * Fills a polygon as trainers do: `cv2.fillPoly` of vertices whose fractions are cut off.
 *
 * @returns {Promise<(polygon: readonly number[], width: number, height: number) => Uint8Array>} 1 for each filled pixel
 */
export async function loadOpenCvFill() {
  const fillPoly = await loadOpenCvFillPoly();
  return (polygon, width, height) =>
    fillPoly(width, height, [{ rings: [polygon.map(Math.trunc)], value: 1 }]);
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

/**
 * The boundary of a mask as `mask_to_boundary` of boundary-iou-api computes it: the mask, padded with a pixel of 0 on each
 * side, is eroded `distance` times by a 3×3 square. What it loses is the boundary.
 *
 * @returns {Promise<(mask: Uint8Array, width: number, height: number, distance: number) => Uint8Array>} 1 for each pixel
 *   of the boundary; the mask has 1 for each pixel of the class
 */
export async function loadOpenCvBoundary() {
  const { cv } = await loadOpenCv();
  return (mask, width, height, distance) => {
    const source = cv.matFromArray(height, width, cv.CV_8UC1, mask);
    const padded = new cv.Mat();
    cv.copyMakeBorder(source, padded, 1, 1, 1, 1, cv.BORDER_CONSTANT, new cv.Scalar(0));
    const kernel = cv.Mat.ones(3, 3, cv.CV_8UC1);
    const eroded = new cv.Mat();
    const ends = cv.morphologyDefaultBorderValue();
    cv.erode(padded, eroded, kernel, new cv.Point(-1, -1), distance, cv.BORDER_CONSTANT, ends);
    const boundary = mask.map((value, place) => {
      const [x, y] = [place % width, Math.floor(place / width)];
      return value - eroded.data[(y + 1) * (width + 2) + x + 1];
    });
    for (const object of [source, padded, kernel, eroded]) object.delete();
    return boundary;
  };
}

/**
 * Fills an ellipse, as `cv2.ellipse(image, center, axes, angle, 0, 360, 1, thickness=-1)` does.
 *
 * @returns {Promise<(width: number, height: number, ellipse: { x: number, y: number, radiusX: number, radiusY: number,
 *   rotation: number }) => Uint8Array>} 1 for each filled pixel; all numbers must be integers, but the rotation in degrees
 */
export async function loadOpenCvEllipse() {
  const { cv } = await loadOpenCv();
  return (width, height, { x, y, radiusX, radiusY, rotation }) => {
    const image = cv.Mat.zeros(height, width, cv.CV_8UC1);
    const [center, axes] = [new cv.Point(x, y), new cv.Size(radiusX, radiusY)];
    cv.ellipse(image, center, axes, rotation, 0, 360, new cv.Scalar(1), -1);
    const pixels = Uint8Array.from(image.data);
    image.delete();
    return pixels;
  };
}
