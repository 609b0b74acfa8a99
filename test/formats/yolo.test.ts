/** YOLO: a trainer fills the polygons to the objects' own pixels, and text that is no polygon is refused. */
import { beforeAll, describe, expect, it } from "vitest";
import { decodeYolo, encodeYolo, yoloNames, yoloToMap } from "../../src/formats/index.js";
import { ClassList, init, type LabelMap, labelPixels } from "../../src/index.js";
import { loadOpenCvFill, loadOpenCvFillPoly } from "../support/opencv.mjs";
import { dice, mulberry32 } from "../support/random.mjs";
import { drawAllLabels, drawScene, SCENE_LABELS, sceneClasses } from "../support/scenes.js";

beforeAll(() => init());
const things = ["car", "truck"];
const wrongCall = expect.objectContaining({ name: "DecodeError", code: "OPTION_INVALID" });

/**
 * What a trainer makes of a polygon: it cuts off the fractions of the vertices, and fills the inside and the edge. Written
 * out here for edges along the axes, by counting how often a line to the left crosses the ring.
 */
function fillWithEdge(polygon: readonly number[], width: number, height: number): Uint8Array {
  const ring = polygon.map(Math.trunc);
  const filled = new Uint8Array(width * height);
  for (let point = 0; point < ring.length; point += 2) {
    const next = (point + 2) % ring.length;
    const [x1, y1, x2, y2] = [ring[point]!, ring[point + 1]!, ring[next]!, ring[next + 1]!];
    expect(x1 === x2 || y1 === y2, "an edge along an axis").toBe(true);
    for (let y = Math.min(y1, y2); y <= Math.max(y1, y2); y++) {
      for (let x = Math.min(x1, x2); x <= Math.max(x1, x2); x++) filled[y * width + x] = 1;
    }
    for (let y = Math.min(y1, y2); y < Math.max(y1, y2); y++) {
      for (let x = x1; x < width; x++) filled[y * width + x]! ^= 2;
    }
  }
  // 1: on the edge. 2: inside.
  return filled.map((pixel) => (pixel > 0 ? 1 : 0));
}

/** A map of one class with the given numbered objects: `1` is `car # 1`, and so on; `.` is unlabelled. */
function drawObjects(...rows: readonly string[]): LabelMap {
  const pixels = rows.join("");
  const data = Uint8Array.from([...pixels].flatMap((pixel) => [0, 0, pixel === "." ? 99 : Number(pixel)]));
  const legend = Object.fromEntries(
    Array.from({ length: 9 }, (_, place) => [`#00000${place + 1}`, `car # ${place + 1}`]),
  );
  return labelPixels({ data, width: rows[0]!.length, height: rows.length, channels: 3 }, legend);
}
const carClasses = ClassList.fromNames(["car"]);

/** The pixels of each label, with holes filled, by flooding the outside from the border. */
function filledMask(map: LabelMap, label: number): Uint8Array {
  const [width, height] = [map.width + 2, map.height + 2];
  const outside = new Set([0]);
  for (const index of outside) {
    const [x, y] = [index % width, Math.floor(index / width)];
    for (const [dx, dy] of NEIGHBOURS) {
      const [nextX, nextY] = [x + dx, y + dy];
      if (nextX < 0 || nextY < 0 || nextX >= width || nextY >= height) continue;
      const isInMap = nextX > 0 && nextY > 0 && nextX <= map.width && nextY <= map.height;
      if (!isInMap || map.data[(nextY - 1) * map.width + nextX - 1] !== label)
        outside.add(nextY * width + nextX);
    }
  }
  return Uint8Array.from(map.data, (_, index) => {
    const place = (Math.floor(index / map.width) + 1) * width + (index % map.width) + 1;
    return outside.has(place) ? 0 : 1;
  });
}
const NEIGHBOURS = [-1, 0, 1].flatMap((dy) => [-1, 0, 1].map((dx) => [dx, dy] as const));

describe("YOLO", () => {
  it("gives a trainer the object's own pixels: whatever the shape, with holes filled", async () => {
    const fillPoly = await loadOpenCvFill();
    let lines = 0;
    let filledHoles = 0;
    const noise = (seed: number) => {
      const { below } = dice(mulberry32(seed));
      const [width, height, share] = [2 + below(14), 2 + below(14), 2 + below(8)];
      const row = () => Array.from({ length: width }, () => (below(10) < share ? "1" : ".")).join("");
      return drawObjects(...Array.from({ length: height }, row));
    };
    const maps = Array.from({ length: 160 }, (_, seed) => (seed % 2 === 0 ? drawScene(seed) : noise(seed)));
    for (const [seed, map] of maps.entries()) {
      const { width, height } = map;
      for (const [label, { object, classId }] of SCENE_LABELS.entries()) {
        if (object === 0 || map.labels[label]!.pixelCount === 0) continue;
        const alone = { ...map, data: map.data.map((pixel) => (pixel === label ? label : -1)) } as LabelMap;
        const { text, issues } = encodeYolo(alone, sceneClasses, { things });
        const polygons = decodeYolo(text, map);
        lines += polygons.length;
        expect(polygons.map(({ classIndex }) => classIndex)).toEqual(
          polygons.map(() => (classId === 26 ? 2 : 3)),
        );
        const expected = filledMask(map, label);
        for (const fill of [fillWithEdge, fillPoly]) {
          const found = new Uint8Array(width * height);
          for (const { polygon } of polygons) {
            fill(polygon, width, height).forEach((pixel, index) => {
              found[index]! |= pixel;
            });
          }
          expect(found, `seed ${seed}, label ${label}`).toEqual(expected);
        }
        const isFilled = alone.data.some((pixel, index) => expected[index] === 1 && pixel !== label);
        expect(issues.some(({ code }) => code === "hole-filled")).toBe(isFilled);
        expect(issues.some(({ code }) => code === "object-split")).toBe(polygons.length > 1);
        filledHoles += Number(isFilled);
      }
    }
    expect(lines).toBeGreaterThan(300);
    expect(filledHoles).toBeGreaterThan(20);
  });

  it("gives a trainer the holes too if they are connected with the outline, whatever the shape", async () => {
    const fillPoly = await loadOpenCvFill();
    let connected = 0;
    for (let seed = 0; seed < 400; seed++) {
      const { below } = dice(mulberry32(seed));
      const [width, height, share] = [3 + below(18), 3 + below(18), 6 + below(4)];
      const row = () => Array.from({ length: width }, () => (below(10) < share ? "1" : ".")).join("");
      const map = drawObjects(...Array.from({ length: height }, row));
      const { text, issues } = encodeYolo(map, carClasses, { holes: "connect" });
      expect(issues.some(({ code }) => code === "hole-filled")).toBe(false);
      const polygons = decodeYolo(text, map);
      const filled = decodeYolo(encodeYolo(map, carClasses).text, map);
      expect(polygons.length).toBe(filled.length);
      const own = map.data.map((label) => (label === 0 ? 1 : 0));
      const drawn = new Uint8Array(width * height);
      for (const [place, { polygon }] of polygons.entries()) {
        const pixels = fillPoly(polygon, width, height);
        // Each line draws its own area: none has pixels of another area, or of a hole.
        pixels.forEach((pixel, index) => {
          drawn[index]! += pixel;
        });
        if (polygon.length !== filled[place]!.polygon.length) connected++;
      }
      expect([...drawn], `seed ${seed}`).toEqual([...own]);
      const back = yoloToMap(text, { width, height, classes: ["car"], things: [] });
      expect([...back.data]).toEqual([...map.data]);
    }
    expect(connected).toBeGreaterThan(200);
  });

  it("connects holes in holes, holes side by side, and thousands of holes", async () => {
    const fillPoly = await loadOpenCvFill();
    const shapes = [
      ["11111111", "1......1", "1.1111.1", "1.1..1.1", "1.1111.1", "1......1", "11111111"],
      ["1111111", "1.1.1.1", "1111111", "1.1.1.1", "1111111"],
      ["11111", "1.1.1", "11.11", "1.1.1", "11111"],
      Array.from({ length: 121 }, (_, y) => `${(y % 2 ? "1." : "11").repeat(60)}1`),
    ];
    for (const rows of shapes) {
      const map = drawObjects(...rows);
      const { text } = encodeYolo(map, carClasses, { holes: "connect" });
      const drawn = new Uint8Array(map.data.length);
      for (const { polygon } of decodeYolo(text, map)) {
        fillPoly(polygon, map.width, map.height).forEach((pixel, index) => {
          drawn[index]! |= pixel;
        });
      }
      expect([...drawn]).toEqual([...map.data].map((label) => (label === 0 ? 1 : 0)));
    }
    // Two holes begin at one side. The outline goes along it once: 14 pixels around the area, and 8 around each hole.
    const sides = drawObjects("1111", "1.11", "1111", "1.11", "1111");
    const [line] = decodeYolo(encodeYolo(sides, carClasses, { holes: "connect" }).text, sides);
    const ring = line!.polygon;
    const length = ring.reduce((sum, value, at) => sum + Math.abs(value - ring[(at + 2) % ring.length]!), 0);
    expect(length).toBeCloseTo(30, 4);
    const map = drawObjects(...shapes[0]!);
    expect(() => encodeYolo(map, carClasses, { holes: "keep" as "fill" })).toThrow(wrongCall);
  });

  it("gives back squares, single pixels, lines, stairs and corners that touch", async () => {
    const fillPoly = await loadOpenCvFill();
    const shapes: Record<string, readonly string[]> = {
      square: [".....", ".111.", ".111.", ".111.", "....."],
      "single pixel": ["...", ".1.", "..."],
      "whole image": ["11", "11"],
      "one column": ["1", "1", "1"],
      "row at the border": ["....", "1111"],
      stairs: ["1...", "11..", ".11.", "..11"],
      "corners that touch": ["11..", "11..", "..11", "..11"],
      cross: [".1.", "111", ".1."],
      comb: ["1.1.1", "1.1.1", "11111"],
    };
    for (const [name, rows] of Object.entries(shapes)) {
      const map = drawObjects(...rows);
      const polygons = decodeYolo(encodeYolo(map, carClasses).text, map);
      const found = new Uint8Array(map.data.length);
      for (const { polygon } of polygons) {
        fillPoly(polygon, map.width, map.height).forEach((pixel, index) => {
          found[index]! |= pixel;
        });
      }
      expect(found, name).toEqual(Uint8Array.from(map.data, (label) => (label === 0 ? 1 : 0)));
    }
  });

  it("keeps the centres of pixels apart in an image of 16,384 pixels", () => {
    const width = 16_384;
    const pixels = new Uint8Array(width * 3).fill(99);
    for (const x of [0, 1, 8191, 8192, 16_382, 16_383]) pixels[x * 3 + 2] = 1;
    const map = labelPixels(
      { data: pixels.map((sample, at) => (at % 3 === 2 ? sample : 0)), width, height: 1, channels: 3 },
      {
        "#000001": "car # 1",
      },
    );
    const columns = decodeYolo(encodeYolo(map, carClasses).text, map).map(({ polygon }) => [
      ...new Set(polygon.filter((_, at) => at % 2 === 0).map(Math.trunc)),
    ]);
    expect(columns).toEqual([
      [0, 1],
      [8191, 8192],
      [16_382, 16_383],
    ]);
  });

  it("names the holes that it fills, the objects that it splits and the groups that it leaves out", () => {
    const ring = drawObjects("11111", "1...1", "1.2.1", "1...1", "11111");
    expect(encodeYolo(ring, carClasses).issues).toEqual([
      {
        code: "hole-filled",
        message:
          '1 hole in "car", together 9 pixels, is filled, because YOLO has no holes; pass holes: "connect", or use COCO, to keep them.',
      },
    ]);
    const two = drawObjects("1.122", "....2", "2.333", "..3.3", "..333");
    expect(encodeYolo(two, carClasses).issues).toEqual([
      {
        code: "hole-filled",
        message:
          '1 hole in "car", together 1 pixel, is filled, because YOLO has no holes; pass holes: "connect", or use COCO, to keep them.',
      },
      {
        code: "object-split",
        message:
          '2 objects of "car" in several areas become 4 objects, because YOLO has one outline for each object; use COCO to keep them together.',
      },
    ]);
    expect(encodeYolo(drawObjects("11", "22"), carClasses).issues).toEqual([]);
    expect(encodeYolo(drawAllLabels(), sceneClasses).issues).toEqual([
      {
        code: "group-left-out",
        message:
          '2 pixels of "car" belong to no object and have no line; pass objects: "components" to count connected areas.',
      },
    ]);
  });

  it("simplifies outlines and keeps three points of lines and single pixels", () => {
    const map = drawObjects("1..22222", "..3.....", ".333....", "33333...", "33333...");
    const polygons = decodeYolo(encodeYolo(map, carClasses, { simplify: 0.75 }).text, map);
    const exact = decodeYolo(encodeYolo(map, carClasses).text, map);
    expect(polygons.map(({ polygon }) => polygon.length / 2)).toEqual([3, 3, expect.any(Number)]);
    expect(polygons[2]!.polygon.length).toBeLessThan(exact[2]!.polygon.length);
    expect(new Set(polygons[1]!.polygon.map(Math.trunc))).toEqual(new Set([3, 7, 0]));
  });

  it("coordinates are shares of the image's size, and stuff comes when it is asked for", () => {
    const map = drawAllLabels();
    const labels = map.labels.map((label, index) => ({
      ...label,
      pixelCount: index === 0 || index === 3 || index === 5 ? 2 : 0,
      bbox: index === 0 || index === 3 || index === 5 ? ([0, 0, 1, 1] as const) : null,
    }));
    const small = { width: 4, height: 2, labels, data: Int32Array.of(0, 0, 3, 5, -1, -1, 3, 5) } as never;
    // The centres of the pixels 0 and 1 of 4: 0.125 and 0.375. Of 2 rows: 0.25 and 0.75.
    const car = "2 0.125 0.25 0.375 0.25 0.375 0.25 0.125 0.25\n";
    expect(encodeYolo(small, sceneClasses, { things }).text).toBe(car);
    expect(encodeYolo(small, sceneClasses, { things, stuff: true }).text).toBe(
      `${car}0 0.625 0.25 0.625 0.25 0.625 0.75 0.625 0.75\n`,
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

const rowsOf = ({ data, width }: LabelMap) =>
  Array.from({ length: data.length / width }, (_, y) =>
    Array.from(data.subarray(y * width, (y + 1) * width), (label) => (label < 0 ? "." : label)).join(""),
  );

describe("yoloToMap", () => {
  it("gives back what encodeYolo wrote, but for holes and objects in several areas", () => {
    let whole = 0;
    for (let seed = 0; seed < 150; seed++) {
      const map = drawScene(seed);
      const { text, issues } = encodeYolo(map, sceneClasses, { things, stuff: true });
      const { width, height } = map;
      const read = yoloToMap(text, { width, height, classes: sceneClasses, things });
      const codes = new Set(issues.map(({ code }) => code));
      if (codes.has("hole-filled")) continue;
      // A group has no line; void and ignored names have none either.
      const expected = Array.from(map.data, (label) => {
        const { classId = undefined, object = 0 } = SCENE_LABELS[label] ?? {};
        if (classId === undefined || (classId >= 26 && object === 0)) return ".";
        return sceneClasses.classes.find(({ id }) => id === classId)!.name;
      });
      const found = Array.from(read.data, (label) => read.labels[label]?.className ?? ".");
      expect(found, `seed ${seed}`).toEqual(expected);
      for (const { classId, className, isThing } of read.labels) {
        expect([classId, isThing]).toEqual([sceneClasses.idOf(className), things.includes(className)]);
      }
      const stuff = read.labels.filter(({ isThing }) => !isThing).map(({ className }) => className);
      expect(new Set(stuff).size).toBe(stuff.length);
      if (codes.has("object-split")) continue;
      whole++;
      const objects = read.labels
        .filter(({ instanceId }) => instanceId > 0)
        .map(({ pixelCount }) => pixelCount);
      const given = map.labels.filter(
        (label, index) => SCENE_LABELS[index]!.object > 0 && label.pixelCount > 0,
      );
      expect(objects.sort()).toEqual(given.map(({ pixelCount }) => pixelCount).sort());
    }
    expect(whole).toBeGreaterThan(20);
  });

  it("draws as Ultralytics trains: fractions cut off, cv2.fillPoly, smaller areas on top", async () => {
    const fillPoly = await loadOpenCvFillPoly();
    const { below } = dice(mulberry32(77));
    for (let run = 0; run < 60; run++) {
      const [width, height] = [8 + below(40), 8 + below(40)];
      const polygons = Array.from({ length: 1 + below(5) }, () =>
        Array.from({ length: 6 + 2 * below(3) }, () => below(10_001) / 10_000),
      );
      const text = polygons.map((polygon) => `0 ${polygon.join(" ")}\n`).join("");
      const masks = polygons.map((polygon) => {
        const pixels = polygon.map((share, at) => Math.trunc(share * (at % 2 === 0 ? width : height)));
        return fillPoly(width, height, [{ rings: [pixels], value: 1 }]);
      });
      const areas = masks.map((mask) => mask.reduce((sum, pixel) => sum + pixel, 0));
      const order = masks.map((_, place) => place).sort((a, b) => areas[b]! - areas[a]!);
      const expected = new Int32Array(width * height).fill(-1);
      for (const place of order) {
        masks[place]!.forEach((pixel, index) => {
          if (pixel === 1) expected[index] = place;
        });
      }
      expect(yoloToMap(text, { width, height, classes: ["car"] }).data, text).toEqual(expected);
    }
  });

  it("names the line of what it cannot read, and of what no pixel is left of", () => {
    const size = { width: 4, height: 1 };
    const row = "0 0 1 0 1 0.9 0 0.9";
    const map = yoloToMap(`1 ${row}\n\n0 ${row}\n`, { ...size, classes: ["a", "b"] });
    expect(rowsOf(map)).toEqual(["1111"]);
    expect(map.labels.map(({ name, classId }) => [name, classId])).toEqual([
      ["b # 1", 1],
      ["a # 1", 0],
    ]);
    expect(map.issues).toEqual([
      {
        code: "shape-covered",
        path: "line 1",
        message: 'line 1: the shape of class "b" is covered by other shapes.',
      },
    ]);
    const invalid = (message: string) =>
      expect.objectContaining({ code: "FORMAT_INVALID", message: `YOLO: ${message}` });
    expect(() => yoloToMap(`0 ${row}\n\n2 ${row}`, { ...size, classes: ["a", "b"] })).toThrow(
      invalid("line 3: the class 2 has no name; there are 2 classes."),
    );
    expect(() => yoloToMap(`0 ${row}\n0 0 0 1 0`, { ...size, classes: ["a"] })).toThrow(
      invalid("line 2: 4 numbers follow the class index; a polygon has x and y of at least three points."),
    );
    expect(() => yoloToMap("", { ...size, classes: ["a"], things: ["b"] })).toThrow(
      expect.objectContaining({ name: "ClassError", code: "CLASS_UNKNOWN" }),
    );
    expect(() => yoloToMap("", { ...size, classes: ["a"], maxPixels: 3 })).toThrow(
      expect.objectContaining({ code: "FORMAT_UNSUPPORTED" }),
    );
    for (const options of [
      { ...size },
      { ...size, classes: [""] },
      { ...size, classes: "a" },
      { width: 4, classes: ["a"] },
      { ...size, classes: ["a"], maxPixels: 0 },
      { ...size, classes: ["a"], names: ["a"] },
    ]) {
      expect(() => yoloToMap("", options as never), JSON.stringify(options)).toThrow(wrongCall);
    }
  });
});

describe("yoloNames", () => {
  it("reads the names in every form that data.yaml has", () => {
    const names = ["car", "traffic light", "it's", "a, b", "#1"];
    const forms = [
      `names: [car, traffic light, it's, "a, b", '#1']`,
      `names: [car, "traffic light", 'it''s', 'a, b', "#1",] # five`,
      `names: [car, traffic light,\n   "it's", 'a, b',\n '#1' ]\nnc: 5`,
      `names: {0: car, 1: traffic light, 2: it's, 4: "#1", 3: "a, b"}`,
      `nc: 5\nnames:\n- car\n- traffic light # red\n\n- it's\n- a, b\n- "#1"\nval: x`,
      `\uFEFFnames:\r\n  0: car\r\n  1: traffic light\r\n  # more\r\n  2: it's\r\n  4: '#1'\r\n  3: a, b\r\ntrain: names`,
      `"names" :\n  - car\n  - 'traffic light'\n  - "it's"\n  - a, b\n  - "#1"`,
    ];
    for (const yaml of forms) expect(yoloNames(yaml), yaml).toEqual(names);
    expect(yoloNames("names: []")).toEqual([]);
  });

  it("refuses what it cannot read", () => {
    const code = (yaml: string) => {
      try {
        return yoloNames(yaml);
      } catch (error) {
        return [(error as { code: string }).code, (error as Error).message.slice("data.yaml: ".length)];
      }
    };
    expect(code("train: names")).toEqual(["FORMAT_INVALID", "there is no key names at the start of a line."]);
    expect(code("names:\n  0: a\n  2: b")[1]).toBe("names: an index below 2 is missing.");
    expect(code("names: {0: a, 0: b}")[1]).toBe("names: the index 0 occurs twice.");
    for (const yaml of [
      "names: car",
      "names: [a",
      "names: [a, [b]]",
      "names: [a, *b]",
      "names: {a, b}",
      "names:\n  car: 0",
      "names:\n  0:",
      "names:\n  - ",
      "names:\n  - 'a",
      'names:\n  - "\\x41"',
      "names: [a, , b]",
      "x: 1\nnames:\n  0: a\n  1 b",
    ]) {
      expect(code(yaml)[0], yaml).toBe("FORMAT_UNSUPPORTED");
    }
    expect(code("x: 1\nnames:\n  0: a\n  1 b")[1]).toMatch(/^line 4: "1 b" is no name/);
    expect(() => yoloNames(5 as never)).toThrow(wrongCall);
  });
});
