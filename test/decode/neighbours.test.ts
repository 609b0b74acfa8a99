/** Snapping to neighbours: blended pixels get a label that lies beside them, as a slow search pixel by pixel finds it. */
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import {
  ClassList,
  type DecodeOptions,
  decodeMask,
  decodeMaskSync,
  init,
  labelPixels,
} from "../../src/all.js";
import type { DecodeRequest } from "../../src/decode/engines/engine.js";
import { decodeToNeighbours, numberOfColor, snapToNeighbours } from "../../src/decode/neighbours.js";
import { runsOf } from "../../src/maps/runs-of.js";
import { encodePng } from "../support/encode-png.mjs";
import { nastyMask } from "../support/nasty-masks.mjs";
import { dice, mulberry32 } from "../support/random.mjs";
import { decodePixels } from "../support/reference.mjs";

beforeAll(() => init());

const seed = Number(process.env.LABELMAP_SEED ?? Date.now() % 1_000_000);
const PASSES = 4;
const UNLABELLED = -1;

/** The colour of each label, `null` if it has none, and of each pixel, `null` if nobody labelled it. */
interface Scene {
  readonly width: number;
  readonly height: number;
  readonly legend: readonly (number | null)[];
  readonly pixels: readonly (number | null)[];
}

const squareDistance = (a: number, b: number) =>
  [16, 8, 0].reduce((sum, shift) => sum + (((a >> shift) & 255) - ((b >> shift) & 255)) ** 2, 0);

/** The labels that the rule gives. Each pass makes a new array from the one before. */
function slowly({ width, height, legend, pixels }: Scene, maxDistance: number): number[] {
  let labels = pixels.map((color) => (color === null ? UNLABELLED : legend.indexOf(color)));
  for (let pass = 0; pass < PASSES; pass++) {
    const before = labels;
    labels = before.map((label, place) => {
      const color = pixels[place]!;
      if (label >= 0 || pixels[place] === null) return label;
      const [x, y] = [place % width, Math.floor(place / width)];
      const candidates: { label: number; square: number }[] = [];
      for (const [dx, dy] of [-1, 0, 1].flatMap((dy) => [-1, 0, 1].map((dx) => [dx, dy] as const))) {
        if (x + dx < 0 || x + dx >= width || y + dy < 0 || y + dy >= height) continue;
        const beside = before[(y + dy) * width + x + dx]!;
        if (beside < 0) continue;
        const square = squareDistance(legend[beside]!, color);
        if (Math.sqrt(square) <= maxDistance) candidates.push({ label: beside, square });
      }
      candidates.sort((a, b) => a.square - b.square || a.label - b.label);
      return candidates[0]?.label ?? UNLABELLED;
    });
  }
  return labels;
}

/** Everything that is counted of these labels, by the pixels one after another. */
function countsOf({ width, legend, pixels }: Scene, labels: readonly number[]) {
  const hex = (rgb: number) => `#${rgb.toString(16).padStart(6, "0")}`;
  const snapped = new Map<string, { color: string; count: number; label: number }>();
  const unlabelled = new Map<string, { color: string; count: number }>();
  const places = legend.map((_, label) => labels.flatMap((each, place) => (each === label ? [place] : [])));
  labels.forEach((label, place) => {
    const color = pixels[place]!;
    if (label >= 0 && legend[label] === color) return;
    const key = `${color} ${label}`;
    if (label < 0) {
      unlabelled.set(key, { color: hex(color), count: (unlabelled.get(key)?.count ?? 0) + 1 });
    } else snapped.set(key, { color: hex(color), count: (snapped.get(key)?.count ?? 0) + 1, label });
  });
  const listed = <T extends { count: number }>(entries: Iterable<T>) => {
    const all = [...entries];
    return { count: all.reduce((sum, { count }) => sum + count, 0), colors: all.slice(0, 16) };
  };
  return {
    snapped: listed(snapped.values()),
    unlabelled: listed(unlabelled.values()),
    pixelCounts: places.map((list) => list.length),
    boxes: places.map((list) => {
      if (list.length === 0) return null;
      const columns = list.map((place) => place % width);
      const rows = list.map((place) => Math.floor(place / width));
      const [left, top] = [Math.min(...columns), Math.min(...rows)];
      return [left, top, Math.max(...columns) - left + 1, Math.max(...rows) - top + 1];
    }),
  };
}

/** Areas of a few colours. Only some are in the legend, and few are far from all others. */
function randomScene(seedOfScene: number): Scene {
  const { below, chance, pick } = dice(mulberry32(seedOfScene));
  const [width, height] = [1 + below(chance(0.2) ? 40 : 12), 1 + below(12)];
  // Four levels per channel, so that several colours are equally near.
  const colors = Array.from({ length: 2 + below(10) }, () => below(2 ** 24) & 0xc0c0c0);
  const legend = [...new Set(colors.slice(0, 1 + below(colors.length)))];
  const drawn = chance(0.5) ? colors : colors.slice(-3);
  const [same, none] = [pick([0.2, 0.7, 0.95]), pick([0, 0.1])];
  const pixels: (number | null)[] = [];
  for (let place = 0; place < width * height; place++) {
    const source = chance(0.5) ? place - 1 : place - width;
    const color = chance(none) ? null : pick(chance(0.1) ? colors : drawn);
    pixels.push(source >= 0 && chance(same) ? pixels[source]! : color);
  }
  return { width, height, legend: legend.map((rgb) => (chance(0.05) ? null : rgb)), pixels };
}

const mask = (scene: Scene) => {
  const { width, height } = scene;
  const samples = Uint8Array.from(scene.pixels.flatMap((rgb) => [rgb! >> 16, (rgb! >> 8) & 255, rgb! & 255]));
  return encodePng({ width, height, colourType: 2, bitDepth: 8, samples, filter: 0 });
};

/** A mask from rows of marks. */
function drawn(colors: Record<string, number>, ...rows: string[]) {
  const pixels = [...rows.join("")].map((mark) => colors[mark]!);
  return mask({ width: rows[0]!.length, height: rows.length, legend: [], pixels });
}

const RED = 0xff0000;
const LEGEND = { "#000000": "night", "#ff0000": "car", "#800000": "roof" };
/** Two steps from red to black; `m` is the class. */
const MARKS = { ".": 0, R: RED, m: 0x800000, a: 0xa90000, b: 0x560000 };

it("is a choice, and maroon between red and black does not become a class", async () => {
  // Edges of two pixels between red and black, with colours that are nearer to maroon; and one beside a maroon region.
  const png = drawn(MARKS, "RRRab..mma.", "RRab.......");
  const near = await decodeMask(png, LEGEND, { snap: { maxDistance: 442 } });
  expect([...near.data].join("")).toBe("11122002220" + "11220000000");
  const map = await decodeMask(png, LEGEND, { snap: { to: "neighbours" } });
  expect([...map.data].join("")).toBe("11110002220" + "11100000000");
  expect(map.snapped).toEqual({
    count: 5,
    colors: [
      { color: "#a90000", count: 2, label: 1 },
      { color: "#560000", count: 2, label: 0 },
      { color: "#a90000", count: 1, label: 2 },
    ],
  });
  expect(map.unlabelled).toEqual({ count: 0, colors: [] });
});

it.each([
  [["aR"]],
  [["Ra"]],
  [["a", "R"]],
  [["R", "a"]],
  [[".aR"]],
  [["aa.", "aRa"]],
  [["...aa", "..Ra.", "...a."]],
  [["...", ".a.", ".R."]],
])("counts the new pixels of a label, and widens its box: %j", async (rows) => {
  const { data, width, labels } = await decodeMask(drawn(MARKS, ...rows), LEGEND, {
    snap: { to: "neighbours" },
  });
  const places = [...data.keys()].filter((place) => data[place] === 1);
  const [xs, ys] = [places.map((place) => place % width), places.map((place) => Math.floor(place / width))];
  const [left, top] = [Math.min(...xs), Math.min(...ys)];
  expect(places.length).toBeGreaterThan(1);
  expect(labels[1]).toMatchObject({
    pixelCount: places.length,
    bbox: [left, top, Math.max(...xs) - left + 1, Math.max(...ys) - top + 1],
  });
});

it("says the size of a mask for which there is no memory", () => {
  const request = { container: { header: { width: 7, height: 5 } } } as DecodeRequest;
  const decode = () => {
    throw new RangeError("Array buffer allocation failed");
  };
  expect(() => decodeToNeighbours(request, { to: "neighbours" }, decode)).toThrow(
    expect.objectContaining({ code: "OUT_OF_MEMORY", message: "cannot allocate memory for 7×5 pixels" }),
  );
});

it("works in synchronous calls after init", () => {
  const png = drawn(MARKS, "Ra.");
  expect([...decodeMaskSync(png, LEGEND, { snap: { to: "neighbours" } }).data]).toEqual([1, 1, 0]);
});

describe("the rule", () => {
  const labelsOf = async (rows: string[], snap: DecodeOptions["snap"] = { to: "neighbours" }) =>
    [...(await decodeMask(drawn(MARKS, ...rows), LEGEND, { snap })).data].join("").replaceAll("-1", "?");

  it("changes no pixel whose colour is in the legend", async () => {
    expect(await labelsOf(["RmR", "mRm", ".m."])).toBe("121212020");
  });

  it("sees a neighbour at a corner, on each side and at each border", async () => {
    for (const rows of [
      ["R..", "...", "..."],
      ["..R", "...", "..."],
      ["...", "...", "R.."],
      ["...", "...", "..R"],
      [".R.", "...", "..."],
      ["...", "R..", "..."],
    ]) {
      const cells = rows.join("").replaceAll(".", "b");
      const middle = [cells.slice(0, 3), cells.slice(3, 6), cells.slice(6)];
      expect(await labelsOf(middle), rows.join("|")).toBe("111111111");
    }
    // The last pixel of a row is not beside the first pixel of the next row.
    expect(await labelsOf(["aaaaaaaaR", "aaaaaaaaa"])).toBe("????11111????11111");
  });

  it("lets labels spread by one pixel per pass, four times, and not within a pass", async () => {
    expect(await labelsOf(["Raaaaaaaaaaa."])).toBe("11111???00000");
    expect(await labelsOf(["Raaaaaaa."]), "an edge of seven pixels").toBe("111110000");
    // The pixel in the middle is as far from both; its colour decides.
    expect(await labelsOf(["Raabbb.."])).toBe("11100000");
    expect(await labelsOf(["Raaabb.."])).toBe("11110000");
  });

  it("takes only labels within the distance, and takes the smaller label if two are equally near", async () => {
    const distances = [85.9, 86, 87];
    expect(
      await Promise.all(
        distances.map((maxDistance) => labelsOf(["Rab."], { to: "neighbours", maxDistance })),
      ),
    ).toEqual(["1??0", "1100", "1100"]);
    const legend = { "#000004": "b", "#000000": "a" };
    for (const [left, right] of [
      [0, 4],
      [4, 0],
    ]) {
      const png = drawn({ l: left!, "?": 2, r: right! }, "l?r");
      const { data } = await decodeMask(png, legend, { snap: { to: "neighbours" } });
      expect(data[1], `${left} ${right}`).toBe(0);
    }
  });

  it("leaves a mask without a colour of the legend as it is", async () => {
    expect(await labelsOf(["ab", "ba"])).toBe("????");
  });
});

it(`equals a slow search, with its counts, boxes and colours, seed ${seed} (LABELMAP_SEED)`, () => {
  let changed = 0;
  fc.assert(
    fc.property(
      fc.integer().map(randomScene),
      fc.constantFrom(undefined, 64, 100, 128, 200.5, 442),
      (scene, maxDistance) => {
        const { width, height, legend, pixels } = scene;
        const expected = slowly(scene, maxDistance ?? Number.POSITIVE_INFINITY);
        const data = Int32Array.from(pixels, (rgb) => {
          if (rgb === null) return UNLABELLED;
          const label = legend.indexOf(rgb);
          return label < 0 ? numberOfColor(rgb) : label;
        });
        // What the engines count: the pixels with colours of the legend, and all others as unlabelled.
        const known = pixels.map((rgb) => (rgb === null ? UNLABELLED : legend.indexOf(rgb)));
        const labelled = { ...scene, pixels: pixels.map((rgb) => rgb ?? 0) };
        const before = countsOf(labelled, known);
        const colors = Int32Array.from(legend, (rgb) => rgb ?? -1);
        const found = {
          counts: before.pixelCounts,
          boxes: before.boxes.flatMap((box) => box ?? [0, 0, 0, 0]),
          transparent: legend.map(() => 0),
          unlabelled: { count: before.unlabelled.count, colors: [] },
          snapped: { count: 0, colors: [] },
        };
        const kept = structuredClone(found);
        const after = snapToNeighbours(
          { width, height, data },
          colors,
          maxDistance === undefined ? { to: "neighbours" } : { to: "neighbours", maxDistance },
          found,
        );
        expect([...data]).toEqual(expected);
        const counted = countsOf(labelled, expected);
        expect([...after.counts]).toEqual(counted.pixelCounts);
        expect([...after.boxes]).toEqual(counted.boxes.flatMap((box) => box ?? [0, 0, 0, 0]));
        expect(after.snapped.count).toBe(counted.snapped.count);
        expect(after.unlabelled.count).toBe(counted.unlabelled.count);
        expect(
          after.snapped.colors.map(({ rgb, ...rest }) => ({
            color: `#${rgb.toString(16).padStart(6, "0")}`,
            ...rest,
          })),
        ).toEqual(counted.snapped.colors);
        expect(found, "the counts that were given").toEqual(kept);
        if (counted.snapped.count > 0 && counted.unlabelled.count > 0) changed++;
      },
    ),
    { numRuns: 2000, seed },
  );
  expect(changed).toBeGreaterThan(200);
});

it(`masks of all kinds equal a slow search in every form, on both engines and from pixels, seed ${seed} (LABELMAP_SEED)`, () => {
  let snappedMasks = 0;
  for (let index = 0; index < 700; index++) {
    const { png, legend: named, description } = nastyMask((seed * 37 + index) >>> 0);
    const maxDistance = [3, 60, 442][index % 3]!;
    const message = `seed ${seed}, mask ${index}: ${description}, distance ${maxDistance}`;
    const { width, height, pixels: words } = decodePixels(png);
    const rgbOf = (key: string) => (/^#[0-9a-f]{6}$/i.test(key) ? Number.parseInt(key.slice(1), 16) : null);
    const legend = Object.keys(named).map(rgbOf);
    const scene: Scene = { width, height, legend, pixels: [...words].map((word) => word & 0xffffff) };
    const expected = slowly(scene, maxDistance);
    const counted = countsOf(scene, expected);
    const options: DecodeOptions = {
      snap: { to: "neighbours", maxDistance },
      engine: index % 4 === 0 ? "upng" : "fused",
    };
    const data = Uint8Array.from(scene.pixels.flatMap((rgb) => [rgb! >> 16, (rgb! >> 8) & 255, rgb! & 255]));
    const into = new Int32Array(width * height);
    for (const map of [
      decodeMaskSync(png, named, options),
      labelPixels({ data, width, height, channels: 3 }, named, {
        snap: { to: "neighbours", maxDistance },
        into,
      }),
    ]) {
      expect([...map.data], message).toEqual(expected);
      expect(map.snapped, message).toEqual(counted.snapped);
      expect(map.unlabelled, message).toEqual(counted.unlabelled);
      expect(
        map.labels.map(({ pixelCount }) => pixelCount),
        message,
      ).toEqual(counted.pixelCounts);
      expect(
        map.labels.map(({ bbox }) => bbox),
        message,
      ).toEqual(counted.boxes);
    }
    if (counted.snapped.count > 0) snappedMasks++;

    const classes = ClassList.fromNames([...new Set(Object.values(named))], { voidId: 1000, ignoreId: 1000 });
    const crop = { x: index % width, y: (index >> 2) % height };
    const part = { ...crop, width: width - crop.x, height: height - crop.y };
    const resize = { width: 1 + (index % 7), height: 1 + (index % 5) };
    const cut = (map: readonly number[]) =>
      map.filter((_, place) => place % width >= crop.x && Math.floor(place / width) >= crop.y);
    const scaled = (map: readonly number[]) =>
      Array.from({ length: resize.width * resize.height }, (_, place) => {
        const [x, y] = [place % resize.width, Math.floor(place / resize.width)];
        const source = (at: number, from: number, to: number) => Math.floor(((at + 0.5) * from) / to);
        return map[source(y, part.height, resize.height) * part.width + source(x, part.width, resize.width)]!;
      });
    const target = [
      { map: "label" },
      { map: "semantic", classes, dtype: "uint16" },
      { map: "instance", dtype: "uint8" },
      { map: "runs" },
    ] as const;
    for (const [more, chosen, size] of [
      [{}, expected, { width, height }],
      [{ crop: part }, cut(expected), part],
      [{ crop: part, resize }, scaled(cut(expected)), resize],
    ] as const) {
      const [labels, semantic, instance, runs] = decodeMaskSync(png, named, { ...options, ...more, target });
      expect([...labels.data], message).toEqual(chosen);
      const found = labels.labels;
      expect([...semantic.data], message).toEqual(
        chosen.map((label) => (label < 0 ? 1000 : classes.idOf(found[label]!.className))),
      );
      expect([...instance.data], message).toEqual(
        chosen.map((label) => (label < 0 ? 0 : found[label]!.instanceId)),
      );
      const expectedRuns = runsOf({
        width: size.width,
        height: size.height,
        data: Int32Array.from(chosen),
      });
      expect([...runs.values, -9, ...runs.runEnds, -9, ...runs.bandTops], message).toEqual([
        ...expectedRuns.values,
        -9,
        ...expectedRuns.runEnds,
        -9,
        ...expectedRuns.bandTops,
      ]);
      expect(runs.snapped, message).toEqual(counted.snapped);
    }
  }
  expect(snappedMasks).toBeGreaterThan(150);
});

it.each([1, 2, 3])("closes the blended edge of a disc that is about %i pixels wide", async (blur) => {
  const [size, radius, middle] = [48, 15.3, 23.7];
  const share = (x: number, y: number) => {
    const away = radius - Math.hypot(x - middle, y - middle);
    return Math.min(1, Math.max(0, 0.5 + away / blur));
  };
  const places = Array.from({ length: size * size }, (_, place) => [place % size, Math.floor(place / size)]);
  const shares = places.map(([x, y]) => share(x!, y!));
  const pixels = shares.map((part) => Math.round(255 * part) << 16);
  const png = mask({ width: size, height: size, legend: [], pixels });
  // Many blends are nearer to the third colour, but none is exactly that colour.
  const legend = { "#000000": "night", "#ff0000": "car", "#800100": "roof" };
  const map = await decodeMask(png, legend, { snap: { to: "neighbours" } });
  const wrong = [...map.data].filter((label, place) => {
    if (shares[place]! > 0.99 || shares[place]! < 0.01) return label !== Math.round(shares[place]!);
    return label !== 0 && label !== 1;
  });
  expect(wrong).toEqual([]);
  const nearest = await decodeMask(png, legend, { snap: { maxDistance: 442 } });
  expect(nearest.labels[2]!.pixelCount).toBeGreaterThan(blur);
  expect(map.snapped.count).toBeGreaterThan(50 * blur);
});

describe("transparent pixels that nobody labelled", () => {
  const rgba = (...pixels: number[][]) => ({
    data: Uint8Array.from(pixels.flat()),
    width: pixels.length,
    height: 1,
    channels: 4 as const,
  });
  const red = [255, 0, 0, 255];
  const blend = [169, 0, 0, 255];
  const png = ({ data, width, height }: ReturnType<typeof rgba>) =>
    encodePng({ width, height, colourType: 6, bitDepth: 8, samples: data, filter: 0 });

  it("stay unlabelled, are no neighbours, and are listed with the rest", () => {
    const far = [1, 2, 3, 255];
    // A transparent red one, which is no neighbour; a transparent one of the blend's colour.
    const image = rgba([255, 0, 0, 0], blend, [169, 0, 0, 0], [7, 7, 7, 0], [0, 0, 0, 0], far, [7, 7, 7, 0]);
    const options = { snap: { to: "neighbours" }, transparent: "unlabelled" } as const;
    const unlabelled = {
      count: 7,
      colors: [
        { color: "#a90000", count: 2 },
        { color: "#010203", count: 1 },
        { color: "#ff0000", count: 1 },
        { color: "#070707", count: 2 },
        { color: "#000000", count: 1 },
      ],
    };
    const lonely = labelPixels(image, LEGEND, options);
    expect([...lonely.data]).toEqual([-1, -1, -1, -1, -1, -1, -1]);
    expect(lonely.unlabelled).toEqual(unlabelled);
    for (const engine of ["fused", "upng"] as const) {
      expect(decodeMaskSync(png(image), LEGEND, { ...options, engine }).unlabelled).toEqual(unlabelled);
    }

    const beside = labelPixels(rgba(red, blend, [169, 0, 0, 0]), LEGEND, options);
    expect([...beside.data]).toEqual([1, 1, -1]);
    expect(beside.unlabelled).toEqual({ count: 1, colors: [{ color: "#a90000", count: 1 }] });
    expect(beside.snapped).toEqual({ count: 1, colors: [{ color: "#a90000", count: 1, label: 1 }] });
  });

  it("count like others if alpha is ignored", () => {
    const image = rgba([255, 0, 0, 0], [169, 0, 0, 0], [86, 0, 0, 255]);
    for (const map of [
      labelPixels(image, LEGEND, { snap: { to: "neighbours" } }),
      decodeMaskSync(png(image), LEGEND, { snap: { to: "neighbours" } }),
    ]) {
      expect([...map.data]).toEqual([1, 1, 1]);
      expect(map.issues.map(({ code }) => code)).toEqual(["transparent-pixels"]);
    }
  });
});

it.each([
  [{ to: "nearest" }, "maxDistance"],
  [{ to: "neighbours", maxDistance: 0 }, "maxDistance"],
  [{ to: "neighbours", maxDistance: Number.NaN }, "maxDistance"],
  [{ to: "neighbours", maxDistance: "9" }, "maxDistance"],
  [{ to: "neighbours", maxDistance: null }, "maxDistance"],
  [{ to: "neighbour" }, 'to: "neighbours"'],
  [{ to: "neighbour", maxDistance: 9 }, 'to: "neighbours"'],
  [{ to: null, maxDistance: 9 }, 'to: "neighbours"'],
  [{ to: "neighbours", passes: 2 }, "passes"],
])("refuses the option snap: %j", async (snap, message) => {
  await expect(
    decodeMask(drawn(MARKS, "R"), LEGEND, { snap } as unknown as DecodeOptions),
  ).rejects.toMatchObject({
    code: "OPTION_INVALID",
    message: expect.stringContaining(message),
  });
});

it('takes `to: "nearest"` as the default', async () => {
  const png = drawn(MARKS, "Rab.");
  const [plain, named] = await Promise.all([
    decodeMask(png, LEGEND, { snap: { maxDistance: 50 } }),
    decodeMask(png, LEGEND, { snap: { to: "nearest", maxDistance: 50 } }),
  ]);
  expect(named.data).toEqual(plain.data);
  expect(plain.data).toEqual(Int32Array.of(1, 2, 2, 0));
});
