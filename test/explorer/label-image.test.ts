/** A map as the stage gets it: runs or pixels, made from a decoded map, and its values read again. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { labelImageOf, valueCountFor } from "../../cli/explorer/src/decoding/label-image.js";
import {
  insideOf,
  type LabelImage,
  type PixelImage,
  readRow,
  valueAt,
  valueCountOf,
} from "../../cli/explorer/src/stage/label-image.js";
import type { LabelRuns } from "../../src/index.js";
import { runsOf } from "../../src/objects/index.js";
import { asRuns } from "./as-runs.js";

/** Pixels with long and short runs, equal rows, unlabelled pixels and the largest labels. */
const pixels = (labelCount: number) =>
  fc
    .record({ width: fc.integer({ min: 1, max: 70 }), height: fc.integer({ min: 1, max: 12 }) })
    .chain(({ width, height }) =>
      fc
        .array(
          fc.array(fc.tuple(fc.integer({ min: 1, max: 40 }), fc.integer({ min: -1, max: labelCount - 1 })), {
            minLength: 1,
            maxLength: 9,
          }),
          {
            minLength: 1,
            maxLength: height,
          },
        )
        .map((rows) => {
          const data = new Int32Array(width * height);
          for (let y = 0; y < height; y++) {
            const row = rows[Math.floor((y * rows.length) / height)]!;
            let x = 0;
            for (let run = 0; x < width; run++) {
              const [length, value] = row[run % row.length]!;
              data.fill(value, y * width + x, y * width + Math.min(width, x + length));
              x += length;
            }
          }
          return { width, height, data };
        }),
    );

for (const labelCount of [3, 255, 256, 65_535]) {
  it(`has the value of each pixel of a map of ${labelCount} labels, whether it is stored as runs or as pixels`, () => {
    const valueCount = valueCountFor(labelCount);
    expect(valueCount).toBe(labelCount > 255 ? 65_536 : 256);
    const forms = new Set<string>();
    fc.assert(
      fc.property(pixels(labelCount), (map) => {
        const image = labelImageOf(runsOf(map), valueCount);
        forms.add("words" in image ? "runs" : "pixels");
        expect([image.width, image.height, valueCountOf(image)]).toEqual([map.width, map.height, valueCount]);
        if ("words" in image) expect(image).toEqual(asRuns(pixelsOf(image)));
        expect(allValues(image)).toEqual([...map.data].map((value) => (value < 0 ? valueCount - 1 : value)));
      }),
    );
    expect([...forms].sort()).toEqual(["pixels", "runs"]);
  });
}

it("reads the values of some columns of a row, to the right place", () => {
  fc.assert(
    fc.property(
      pixels(9),
      fc.array(fc.integer({ min: -30, max: 100 }), { minLength: 1, maxLength: 60 }),
      fc.nat(11),
      fc.nat(5),
      (map, some, y, at) => {
        const row = Math.min(y, map.height - 1);
        const columns = Int32Array.from(some).sort();
        const expected = new Int32Array(at + columns.length).fill(-7);
        columns.forEach((x, place) => {
          const value = map.data[row * map.width + x]!;
          if (x >= 0 && x < map.width) expected[at + place] = value < 0 ? 255 : value;
        });
        for (const image of bothForms(runsOf(map))) {
          const values = new Int32Array(at + columns.length).fill(-7);
          readRow(image, row, columns, values, { ...insideOf(columns, image), at });
          expect(values).toEqual(expected);
        }
      },
    ),
  );
});

it("stores runs if they take at most a quarter of the bytes of pixels, and columns fit 16 bits", () => {
  const formOf = (width: number, height: number, runsInRow: number, valueCount: 256 | 65_536) => {
    const data = new Uint8Array(width * height);
    for (let at = 0; at < data.length; at++) {
      const x = at % width;
      data[at] = (Math.min(x, runsInRow - 1) % 2) ^ (Math.floor(at / width) & 1);
    }
    return "words" in labelImageOf(runsOf({ width, height, data }), valueCount) ? "runs" : "pixels";
  };
  // A row has two words and a word for each run: 4 bytes each.
  expect(formOf(160, 6, 8, 256)).toBe("runs");
  expect(formOf(159, 6, 8, 256)).toBe("pixels");
  expect(formOf(80, 6, 8, 65_536)).toBe("runs");
  expect(formOf(79, 6, 8, 65_536)).toBe("pixels");
  expect(formOf(1, 1, 1, 256)).toBe("pixels");
  expect(formOf(65_536, 1, 2, 256)).toBe("runs");
  expect(formOf(65_537, 1, 2, 256)).toBe("pixels");
});

function pixelsOf(image: LabelImage): PixelImage {
  const { width, height } = image;
  const Pixels = valueCountOf(image) === 256 ? Uint8Array : Uint16Array;
  return { width, height, data: Pixels.from(allValues(image)) };
}

function allValues(image: LabelImage): number[] {
  return Array.from({ length: image.width * image.height }, (_, at) =>
    valueAt(image, at % image.width, Math.floor(at / image.width)),
  );
}

/** The same map as runs, and as pixels. */
function bothForms(runs: LabelRuns): LabelImage[] {
  const { width, height } = runs;
  const data = Uint8Array.from(allValues(labelImageOf(runs, 256)));
  return [asRuns({ width, height, data }), { width, height, data }];
}
