/** Cityscapes' polygons beside what Pillow paints of them, as cityscapesScripts does it. */
import { describe, expect } from "vitest";
import { decodeCityscapesPolygons } from "../../src/formats/index.js";
import { cityscapesLabels } from "../../src/legend/index.js";
import { rasterize } from "../../src/objects/index.js";
import { expectPythonInCi, itWithPython, runPython } from "../support/python.js";
import { dice, mulberry32 } from "../support/random.mjs";

expectPythonInCi();

type Point = readonly [number, number];

interface Annotation {
  readonly imgWidth: number;
  readonly imgHeight: number;
  readonly objects: readonly {
    readonly label: string;
    readonly polygon: readonly Point[];
    readonly deleted?: number;
  }[];
}

/** The values that `instanceIds` would have. */
const values = (json: Annotation) => {
  const map = decodeCityscapesPolygons(json);
  return [...map.data].map((label) => map.labels[label]!.sourceId);
};

/** A polygon around a point, whose outline does not cross itself, and whose corners are in the image. */
function starOf(seed: number): Annotation {
  const { below } = dice(mulberry32(seed));
  const [imgWidth, imgHeight] = [20 + below(120), 20 + below(120)];
  const corners = 3 + below(11);
  const [x, y] = [below(imgWidth), below(imgHeight)];
  const polygon = Array.from({ length: corners }, (_, corner): Point => {
    const [angle, radius] = [(corner / corners) * 2 * Math.PI, 3 + below(48)];
    return [
      Math.min(imgWidth, Math.max(0, Math.round(x + radius * Math.cos(angle)))),
      Math.min(imgHeight, Math.max(0, Math.round(y + radius * Math.sin(angle)))),
    ];
  });
  return { imgWidth, imgHeight, objects: [{ label: "road", polygon }] };
}

/** How far a pixel is from the outline of a polygon. */
function distanceTo(polygon: readonly Point[], x: number, y: number): number {
  const distances = polygon.map(([startX, startY], corner) => {
    const [endX, endY] = polygon[(corner + 1) % polygon.length]!;
    const [spanX, spanY] = [endX - startX, endY - startY];
    const length = spanX ** 2 + spanY ** 2;
    const along = length === 0 ? 0 : ((x - startX) * spanX + (y - startY) * spanY) / length;
    const share = Math.min(1, Math.max(0, along));
    return Math.hypot(x - startX - share * spanX, y - startY - share * spanY);
  });
  return Math.min(...distances);
}

/** The loop of json2instanceImg.py of cityscapesScripts, in words of our own. */
const PAINT = `
import json
from PIL import ImageDraw
ids, things = json.load(open("labels.json"))
painted = []
for image in json.load(open("images.json")):
    canvas = Image.new("I", (image["imgWidth"], image["imgHeight"]), 0)
    counts = {}
    for thing in image["objects"]:
        if thing.get("deleted"): continue
        name, group = thing["label"], False
        if name not in ids and name.endswith("group"): name, group = name[:-5], True
        value = ids[name]
        if name in things and not group:
            value = value * 1000 + counts.get(name, 0)
            counts[name] = counts.get(name, 0) + 1
        if value < 0: continue
        ImageDraw.Draw(canvas).polygon([tuple(point) for point in thing["polygon"]], fill=value)
    painted.append(np.array(canvas).ravel().tolist())
print(json.dumps(painted))`;

function paintWithPillow(images: readonly Annotation[]): number[][] {
  const ids = Object.fromEntries(cityscapesLabels.map(({ name, id }) => [name, id]));
  const things = cityscapesLabels.filter(({ hasInstances }) => hasInstances).map(({ name }) => name);
  return runPython(PAINT, {
    "labels.json": JSON.stringify([ids, things]),
    "images.json": JSON.stringify(images),
  }).printed;
}

describe("compared with Pillow, which cityscapesScripts paints with", () => {
  itWithPython("scenes of axis-parallel polygons are the same, pixel by pixel", () => {
    const labels = [
      "road",
      "car",
      "cargroup",
      "person",
      "sky",
      "license plate",
      "polegroup",
      "bus",
      "bicycle",
    ];
    const images = [...Array(40).keys()].map((seed): Annotation => {
      const { below } = dice(mulberry32(seed));
      const [imgWidth, imgHeight] = [5 + below(60), 5 + below(60)];
      const objects = Array.from({ length: 12 }, () => {
        const [left, top] = [below(imgWidth), below(imgHeight)];
        const [right, bottom] = [left + below(imgWidth - left), top + below(imgHeight - top)];
        const polygon: Point[] = [
          [left, top],
          [right, top],
          [right, bottom],
          [left, bottom],
        ];
        return { label: labels[below(labels.length)]!, polygon, deleted: below(5) === 0 ? 1 : 0 };
      });
      return { imgWidth, imgHeight, objects };
    });
    const painted = paintWithPillow(images);
    for (const [seed, image] of images.entries())
      expect(values(image), `seed ${seed}`).toEqual(painted[seed]);
  });

  itWithPython("slanted outlines differ by up to a pixel, in less than 2 % of the pixels", () => {
    const images = [...Array(300).keys()].map((seed) => starOf(seed));
    const painted = paintWithPillow(images);
    let [area, other, otherByCoco, farthest] = [0, 0, 0, 0];
    for (const [seed, image] of images.entries()) {
      const { imgWidth: width, imgHeight: height, objects } = image;
      const { polygon } = objects[0]!;
      const own = values(image);
      const shape = { className: "road", polygons: [polygon.flat()] };
      const byCoco = rasterize([shape], { width, height, rule: "coco" }).data;
      for (const [pixel, value] of painted[seed]!.entries()) {
        area += value === 7 ? 1 : 0;
        otherByCoco += (byCoco[pixel] === 0) === (value === 7) ? 0 : 1;
        if (own[pixel] === value) continue;
        other++;
        const distance = distanceTo(polygon, pixel % width, Math.floor(pixel / width));
        farthest = Math.max(farthest, distance);
      }
    }
    expect(farthest).toBeLessThanOrEqual(1);
    expect(other / area).toBeLessThan(0.02);
    // The other rule of rasterize, which does not draw the outline, is farther away.
    expect(otherByCoco).toBeGreaterThan(2 * other);
    // If Pillow drew the same pixels, the doc comment would be wrong.
    expect(other).toBeGreaterThan(0);
  });
});
