/** Nearest-neighbour resizing equals exact arithmetic, OpenCV, Pillow and PyTorch, each where it says so. */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { findPythonWith } from "../../scripts/python.mjs";
import { type ResizeOptions, resize, type Sampling } from "../../src/geometry/index.js";
import { SAMPLINGS, sourcePlaces } from "../../src/geometry/sampling.js";
import { loadOpenCvResize } from "../support/opencv.mjs";
import { dice, mulberry32 } from "../support/random.mjs";

const LIMITS = [8, 64, 700, 4096];
const COMMON: [number, number][] = [
  [3840, 512],
  [2160, 512],
  [1920, 640],
  [1080, 640],
  [333, 512],
  [512, 3840],
  [1, 1],
  [1, 4096],
  [4096, 1],
  [400, 56],
  [4, 6],
];

/** Pairs of a source's and a target's length, up and down, from 1 to 4096. */
function randomPairs(count: number): [number, number][] {
  const { below } = dice(mulberry32(1));
  return Array.from({ length: count }, (_, place) => [
    1 + below(LIMITS[place % 4]!),
    1 + below(LIMITS[(place >> 2) % 4]!),
  ]);
}

/** The convention as one writes it down, in integers of any size. */
function exactPlaces(source: number, target: number): number[] {
  return Array.from({ length: target }, (_, x) =>
    Number((BigInt(2 * x + 1) * BigInt(source)) / BigInt(2 * target)),
  );
}

const rampOf = (length: number) => ({
  width: length,
  height: 1,
  data: Int32Array.from({ length }, (_, x) => x),
});

let openCv: Awaited<ReturnType<typeof loadOpenCvResize>>;
beforeAll(async () => {
  openCv = await loadOpenCvResize();
});

describe("nearest-exact", () => {
  it("takes the pixel under the centre, in exact arithmetic", () => {
    for (const [source, target] of [...COMMON, ...randomPairs(400)]) {
      expect([...sourcePlaces(source, target, "nearest-exact")]).toEqual(exactPlaces(source, target));
    }
  });

  it("is exact if the product of the lengths is above 2^53", () => {
    const [source, target] = [2 ** 31 - 1, 1_000_003];
    const places = sourcePlaces(source, target, "nearest-exact");
    expect([...places.subarray(-1000)]).toEqual(exactPlaces(source, target).slice(-1000));
  });

  it("is the default", () => {
    const map = { width: 4, height: 1, data: Uint8Array.of(0, 1, 2, 3) };
    expect([...resize(map, { width: 2, height: 1 }).data]).toEqual([1, 3]);
    expect([...resize(map, { width: 2, height: 1, sampling: "nearest" }).data]).toEqual([0, 2]);
  });

  it("differs from the tools in as many pairs of lengths as the documentation says", () => {
    const differing = { opencv: 0, pillow: 0, pytorch: 0 };
    let farthest = 0;
    for (const [source, target] of randomPairs(6000)) {
      const exact = sourcePlaces(source, target, "nearest-exact");
      const differs = (places: ArrayLike<number>) => {
        let isEqual = true;
        for (let x = 0; x < target; x++) {
          if (places[x] === exact[x]) continue;
          isEqual = false;
          farthest = Math.max(farthest, Math.abs(places[x]! - exact[x]!));
        }
        return isEqual ? 0 : 1;
      };
      differing.opencv += differs(sourcePlaces(source, target, "opencv-exact"));
      differing.pillow += differs(sourcePlaces(source, target, "pillow"));
      differing.pytorch += differs(sourcePlaces(source, target, "pytorch"));
    }
    expect({ ...differing, farthest }).toEqual({ opencv: 2013, pillow: 915, pytorch: 112, farthest: 1 });
  });
});

describe("PyTorch", () => {
  it("is matched by pytorch in 800 pairs of lengths, recorded when the fixture was made", () => {
    const file = new URL("../fixtures/sampling/pytorch.json", import.meta.url);
    const pairs: [number, number, string][] = JSON.parse(readFileSync(file, "utf8"));
    expect(pairs.length).toBe(800);
    for (const [source, target, sha256] of pairs) {
      const places = new Int32Array(sourcePlaces(source, target, "pytorch"));
      const found = createHash("sha256").update(places).digest("hex");
      expect(found, `${source} to ${target}`).toBe(sha256);
    }
  });
});

describe("OpenCV", () => {
  it.each([
    ["nearest", "INTER_NEAREST"],
    ["opencv-exact", "INTER_NEAREST_EXACT"],
  ] as const)("gives what %s gives, in 900 pairs of lengths", (sampling, interpolation) => {
    for (const [source, target] of [...COMMON, ...randomPairs(900)]) {
      const map = rampOf(source);
      const seen = openCv(map, target, 1, interpolation);
      const places = sourcePlaces(source, target, sampling);
      expect(seen.length).toBe(target);
      if (seen.some((value, x) => value !== places[x])) expect([source, target, ...places]).toEqual(seen);
    }
  });

  it("is matched in both directions and for all three array types", () => {
    const { below } = dice(mulberry32(2));
    for (let round = 0; round < 60; round++) {
      const [width, height, toWidth, toHeight] = [0, 0, 0, 0].map(() => 1 + below(90)) as [
        number,
        number,
        number,
        number,
      ];
      for (const type of [Uint8Array, Uint16Array, Int32Array]) {
        const data = new type(width * height).map(() => below(256));
        const map = { width, height, data };
        for (const [sampling, interpolation] of [
          ["nearest", "INTER_NEAREST"],
          ["opencv-exact", "INTER_NEAREST_EXACT"],
        ] as const) {
          const resized = resize(map, { width: toWidth, height: toHeight, sampling });
          expect(resized.data.constructor).toBe(type);
          expect([...resized.data]).toEqual(openCv(map, toWidth, toHeight, interpolation));
        }
      }
    }
  });
});

const python = findPythonWith("numpy", "PIL");
if (python === undefined && process.env.CI) {
  it("finds a Python with NumPy and Pillow", () =>
    expect.fail("no Python with NumPy and Pillow is found; on Debian install python3-numpy and python3-pil"));
}

describe.skipIf(python === undefined)("Pillow", () => {
  it("is matched by pillow, across and down, in 900 pairs of lengths", () => {
    const script = [
      "import json, sys, numpy",
      "from PIL import Image",
      "with open(sys.argv[1]) as file: pairs = json.load(file)",
      "rows = []",
      "for source, target in pairs:",
      "    ramp = Image.fromarray(numpy.arange(source, dtype=numpy.int32).reshape(1, -1))",
      "    across = numpy.asarray(ramp.resize((target, 1), Image.NEAREST))[0]",
      "    down = numpy.asarray(ramp.transpose(Image.TRANSPOSE).resize((1, target), Image.NEAREST))[:, 0]",
      "    assert (across == down).all()",
      "    rows.append(across)",
      "numpy.concatenate(rows).astype('<i4').tofile(sys.argv[2])",
    ].join("\n");
    const folder = mkdtempSync(join(tmpdir(), "labelmap-pillow-"));
    try {
      const pairs = [...COMMON, ...randomPairs(900)];
      writeFileSync(join(folder, "pairs.json"), JSON.stringify(pairs));
      execFileSync(python!, ["-c", script, join(folder, "pairs.json"), join(folder, "places")]);
      const seen = new Int32Array(new Uint8Array(readFileSync(join(folder, "places"))).buffer);
      let start = 0;
      for (const [source, target] of pairs) {
        const expected = seen.subarray(start, start + target);
        const places = sourcePlaces(source, target, "pillow");
        if (places.some((place, x) => place !== expected[x])) {
          expect([source, target, ...places]).toEqual([source, target, ...expected]);
        }
        start += target;
      }
      expect(start).toBe(seen.length);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe("every sampling", () => {
  it.each(SAMPLINGS)("%s stays in the source, ascends, and keeps a map of the same size", (sampling) => {
    const lengths = fc.integer({ min: 1, max: 300_000 });
    fc.assert(
      fc.property(lengths, lengths, (source, target) => {
        const places = sourcePlaces(source, target, sampling);
        expect(places.length).toBe(target);
        expect(places.every((place, x) => place < source && (x === 0 || place >= places[x - 1]!))).toBe(true);
      }),
      { numRuns: 60 },
    );
    // OpenCV's fixed point drifts and Pillow adds up: only equal lengths of common size are sure.
    for (const length of [1, 2, 500, 3840]) {
      expect([...sourcePlaces(length, length, sampling)]).toEqual([...rampOf(length).data]);
    }
  });
});

describe("an invalid call of resize", () => {
  const map = rampOf(4);
  const invalid = expect.objectContaining({ name: "DecodeError", code: "OPTION_INVALID" });
  it.each([
    undefined,
    null,
    {},
    { width: 2 },
    { width: 2, height: 0 },
    { width: 2.5, height: 2 },
    { width: "2", height: 2 },
    { width: 2, height: 2, sampling: "bilinear" as Sampling },
    { width: 2, height: 2, sampling: null },
  ])("with the options %o throws OPTION_INVALID", (options) => {
    expect(() => resize(map, options as ResizeOptions)).toThrow(invalid);
  });

  it("without a map throws OPTION_INVALID", () => {
    for (const wrong of [undefined, null, [1], { width: 2, height: 2, data: new Int32Array(3) }]) {
      expect(() => resize(wrong as never, { width: 2, height: 2 })).toThrow(invalid);
    }
  });

  it("with a target too large for memory throws OUT_OF_MEMORY", () => {
    expect(() => resize(map, { width: 2 ** 26, height: 2 ** 26 })).toThrow(
      expect.objectContaining({ code: "OUT_OF_MEMORY" }),
    );
  });
});
