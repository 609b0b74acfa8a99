/** YOLO: the polygons cover the objects' own pixels, and the text comes back as it went. */
import { beforeAll, describe, expect, it } from "vitest";
import { decodeYolo, encodeYolo } from "../../src/formats/index.js";
import { init, type LabelMap } from "../../src/index.js";
import { drawAllLabels, drawScene, SCENE_LABELS, sceneClasses } from "../support/scenes.js";

beforeAll(() => init());
const things = ["car", "truck"];
const wrongCall = expect.objectContaining({ name: "DecodeError", code: "OPTION_INVALID" });

/** Whether a pixel's centre is in the ring: how often a line to the left crosses it. */
function isInside(ring: readonly number[], x: number, y: number): boolean {
  let crossings = 0;
  for (let point = 0; point < ring.length; point += 2) {
    const next = (point + 2) % ring.length;
    const [x1, y1, x2, y2] = [ring[point]!, ring[point + 1]!, ring[next]!, ring[next + 1]!];
    if (y1 > y !== y2 > y && x1 + ((y - y1) / (y2 - y1)) * (x2 - x1) < x) crossings++;
  }
  return crossings % 2 === 1;
}

describe("YOLO", () => {
  it("lines cover just the objects' pixels, but for holes, which are filled", () => {
    let lines = 0;
    for (let seed = 0; seed < 100; seed++) {
      const map = drawScene(seed);
      const { width, height } = map;
      const text = encodeYolo(map, sceneClasses, { things });
      const polygons = decodeYolo(text, map);
      lines += polygons.length;
      for (const [classId, classIndex] of [
        [26, 2],
        [27, 3],
      ] as const) {
        const rings = polygons.filter((polygon) => polygon.classIndex === classIndex);
        const objects = SCENE_LABELS.map(({ classId: id, object }) => id === classId && object > 0);
        for (let index = 0; index < width * height; index++) {
          const [x, y] = [(index % width) + 0.5, Math.floor(index / width) + 0.5];
          const covering = rings.filter(({ polygon }) => isInside(polygon, x, y)).length;
          if (objects[map.data[index]!]) expect(covering, `seed ${seed}, pixel ${index}`).toBeGreaterThan(0);
          else if (covering > 0) expect(isEnclosed(map, index), `seed ${seed}, pixel ${index}`).toBe(true);
        }
      }
    }
    expect(lines).toBeGreaterThan(100);
  });

  /** Whether some object's label surrounds the pixel: a way by pixels of other labels to the image's edge is missing. */
  function isEnclosed(map: LabelMap, start: number): boolean {
    return SCENE_LABELS.some(({ object }, label) => {
      if (object === 0) return false;
      const seen = new Set([start]);
      for (const index of seen) {
        const [x, y] = [index % map.width, Math.floor(index / map.width)];
        for (const [dx, dy] of [
          [-1, 0],
          [1, 0],
          [0, -1],
          [0, 1],
          [-1, -1],
          [1, 1],
          [-1, 1],
          [1, -1],
        ] as const) {
          if (x + dx < 0 || y + dy < 0 || x + dx >= map.width || y + dy >= map.height) return false;
          const next = index + dy * map.width + dx;
          if (map.data[next] !== label) seen.add(next);
        }
      }
      return true;
    });
  }

  it("coordinates are shares of the image's size, and stuff comes when it is asked for", () => {
    const map = drawAllLabels();
    const labels = map.labels.map((label, index) => ({
      ...label,
      pixelCount: index === 0 || index === 3 || index === 5 ? 2 : 0,
      bbox: index === 0 || index === 3 || index === 5 ? ([0, 0, 1, 1] as const) : null,
    }));
    const small = { width: 4, height: 2, labels, data: Int32Array.of(0, 0, 3, 5, -1, -1, 3, 5) } as never;
    expect(encodeYolo(small, sceneClasses, { things })).toBe("2 0 0 0.5 0 0.5 0.5 0 0.5\n");
    expect(encodeYolo(small, sceneClasses, { things, stuff: true })).toBe(
      "2 0 0 0.5 0 0.5 0.5 0 0.5\n0 0.5 0 0.75 0 0.75 1 0.5 1\n",
    );
    expect(() => encodeYolo(small, sceneClasses, { stuff: 1 as never })).toThrow(wrongCall);
    expect(() => encodeYolo(small, sceneClasses, { simplify: -1 })).toThrow(wrongCall);
  });

  it("text is refused with its line where it is no polygon", () => {
    const size = { width: 640, height: 480 };
    expect(decodeYolo("\n 3 0 0 1 0 1 1\r\n\n", size)).toEqual([
      { classIndex: 3, polygon: [0, 0, 640, 0, 640, 480] },
    ]);
    expect(decodeYolo("", size)).toEqual([]);
    for (const line of [
      "0 0.5 0.5 0.1 0.1",
      "0 0 0 1 0 1",
      "0 0 0 1 0 1 1 1",
      "x 0 0 1 0 1 1",
      "0 0 0 1 0 1 1.5",
      "0 0 0 1 0 1 -0.1",
      "0 0 0 1 0 1 NaN",
      "0 0 0 1 0 1 0x1",
      "-1 0 0 1 0 1 1",
      "0.5 0 0 1 0 1 1",
    ]) {
      expect(() => decodeYolo(`1 0 0 1 0 1 1\n${line}`, size), line).toThrow(
        expect.objectContaining({ code: "FORMAT_INVALID", message: expect.stringContaining("line 2") }),
      );
    }
    expect(() => decodeYolo("", { width: 0, height: 1 })).toThrow(wrongCall);
    expect(() => decodeYolo(5 as never, size)).toThrow(wrongCall);
  });
});
