/** The explorer's camera: what is under a point stays there, and the image is never lost from sight. */
import fc from "fast-check";
import { expect, it } from "vitest";
import {
  between,
  type Camera,
  clamp,
  fitBox,
  fitImage,
  pan,
  scaleLimits,
  toImage,
  toScreen,
  zoomAbout,
} from "../../cli/explorer/src/stage/camera.js";
import { fitLabels, type Target } from "../../cli/explorer/src/stage/fit-labels.js";
import type { PixelImage } from "../../cli/explorer/src/stage/label-image.js";
import { sample } from "../../cli/explorer/src/stage/sampling.js";
import { asRuns } from "./as-runs.js";

const side = (largest: number) => fc.integer({ min: 1, max: largest });
const sizes = (largest: number) => fc.record({ width: side(largest), height: side(largest) });
const image = sizes(40_000);
const screen = fc.record({
  width: fc.integer({ min: 50, max: 4000 }),
  height: fc.integer({ min: 50, max: 4000 }),
});
const number = (min: number, max: number) => fc.double({ min, max, noNaN: true });
const point = fc.record({ x: number(-5000, 5000), y: number(-5000, 5000) });
const camera = fc.record({ scale: number(0.01, 200), x: number(0, 40_000), y: number(0, 40_000) });

it("goes from the screen to the image and back", () => {
  fc.assert(
    fc.property(camera, screen, point, (camera, screen, point) => {
      const back = toScreen(camera, screen, toImage(camera, screen, point));
      expect(back.x).toBeCloseTo(point.x, 4);
      expect(back.y).toBeCloseTo(point.y, 4);
    }),
  );
});

it("moves the point under the pointer along with the pointer", () => {
  fc.assert(
    fc.property(camera, screen, point, point, (camera, screen, from, by) => {
      const under = toImage(camera, screen, from);
      const moved = toScreen(pan(camera, by.x, by.y), screen, under);
      expect(moved.x).toBeCloseTo(from.x + by.x, 3);
      expect(moved.y).toBeCloseTo(from.y + by.y, 3);
    }),
  );
});

it("keeps the point under the pointer in place while zooming, and stays within the limits", () => {
  fc.assert(
    fc.property(camera, image, screen, point, number(0.01, 100), (camera, image, screen, at, factor) => {
      const under = toImage(camera, screen, at);
      const zoomed = zoomAbout(camera, factor, at, image, screen);
      const still = toScreen(zoomed, screen, under);
      expect(still.x).toBeCloseTo(at.x, 3);
      expect(still.y).toBeCloseTo(at.y, 3);
      const { smallest, largest } = scaleLimits(image, screen);
      expect(zoomed.scale).toBeGreaterThanOrEqual(smallest);
      expect(zoomed.scale).toBeLessThanOrEqual(largest);
      if (camera.scale * factor > smallest && camera.scale * factor < largest) {
        expect(zoomed.scale / camera.scale).toBeCloseTo(factor, 6);
      }
    }),
  );
});

it("fits the whole image on the screen, as large as possible with a margin, unless it would be too narrow to see", () => {
  fc.assert(
    fc.property(image, screen, (image, screen) => {
      const fitted = fitImage(image, screen);
      const start = toScreen(fitted, screen, { x: 0, y: 0 });
      const end = toScreen(fitted, screen, { x: image.width, y: image.height });
      expect(start.x + end.x).toBeCloseTo(screen.width, 4);
      expect(start.y + end.y).toBeCloseTo(screen.height, 4);
      const filled = Math.max((end.x - start.x) / screen.width, (end.y - start.y) / screen.height);
      const shorter = Math.min(end.x - start.x, end.y - start.y);
      if (shorter > 2.0001) expect(filled).toBeCloseTo(0.96, 6);
      else expect([shorter, filled >= 0.96 - 1e-6]).toEqual([expect.closeTo(2, 3), true]);
      expect(clamp(fitted, image, screen)).toEqual(fitted);
    }),
  );
});

it("fits a part of the image in the middle of the screen, and never enlarges it too much", () => {
  const part = image.chain((image) =>
    fc.record({
      image: fc.constant(image),
      box: fc.tuple(number(0, 1), number(0, 1), number(0, 1), number(0, 1)).map(([x, y, width, height]) => {
        const left = Math.floor(x * (image.width - 1));
        const top = Math.floor(y * (image.height - 1));
        return {
          x: left,
          y: top,
          width: 1 + Math.floor(width * (image.width - left - 1)),
          height: 1 + Math.floor(height * (image.height - top - 1)),
        };
      }),
    }),
  );
  fc.assert(
    fc.property(part, screen, ({ image, box }, screen) => {
      const found = fitBox(box, image, screen);
      const start = toScreen(found, screen, box);
      const end = toScreen(found, screen, { x: box.x + box.width, y: box.y + box.height });
      expect(start.x).toBeGreaterThanOrEqual(-1e-6);
      expect(start.y).toBeGreaterThanOrEqual(-1e-6);
      expect(end.x).toBeLessThanOrEqual(screen.width + 1e-6);
      expect(end.y).toBeLessThanOrEqual(screen.height + 1e-6);
      expect(found.scale).toBeLessThanOrEqual(Math.max(24, fitImage(image, screen).scale) + 1e-9);
    }),
  );
});

it("fits labels as a whole if some part is then visible, and otherwise their thickest part nearest to the middle", () => {
  const labelled = fc
    .record({
      width: side(40),
      height: side(40),
      blocks: fc.array(fc.tuple(side(40), side(40), side(7), side(7))),
    })
    .map(({ width, height, blocks }): PixelImage => {
      const data = new Uint8Array(width * height);
      blocks.forEach(([left, top, blockWidth, blockHeight], place) => {
        for (let y = top - 1; y < Math.min(top + blockHeight - 1, height); y++) {
          for (let x = left - 1; x < Math.min(left + blockWidth - 1, width); x++)
            data[y * width + x] = place % 4;
        }
      });
      return { width, height, data };
    });
  const smallScreen = fc.record({
    width: fc.integer({ min: 4, max: 60 }),
    height: fc.integer({ min: 4, max: 60 }),
  });
  const seen = { whole: 0, parts: 0 };
  fc.assert(
    fc.property(labelled, smallScreen, (image, screen) => {
      const target = targetOf(image, [2, 3]);
      fc.pre(target !== null);
      const squares = slowSquares(image, target);
      const thickest = Math.max(...squares.map(({ side }) => side));
      const found = fitLabels(target, image, screen);
      expect(fitLabels(target, asRuns(image), screen)).toEqual(found);
      const whole = fitBox(target.box, image, screen);
      if (thickest * whole.scale >= 2) {
        expect(found).toEqual(whole);
        seen.whole++;
        return;
      }
      seen.parts++;
      expect(found.scale * thickest).toBeCloseTo(6, 9);
      const { box } = target;
      const off = (x: number, y: number) =>
        Math.abs(x - box.x - box.width / 2) + Math.abs(y - box.y - box.height / 2);
      const middles = squares
        .filter(({ side }) => side === thickest)
        .map(({ x, y, side }) => [x + side / 2, y + side / 2] as const);
      expect(middles).toContainEqual([found.x, found.y]);
      expect(off(found.x, found.y)).toBe(Math.min(...middles.map(([x, y]) => off(x, y))));
    }),
    { numRuns: 1000 },
  );
  expect(Math.min(seen.whole, seen.parts)).toBeGreaterThan(50);
});

it("keeps the middle of the screen on the image", () => {
  fc.assert(
    fc.property(camera, image, screen, point, (camera, image, screen, by) => {
      const clamped = clamp(pan(camera, by.x * 100, by.y * 100), image, screen);
      const middle = toImage(clamped, screen, { x: screen.width / 2, y: screen.height / 2 });
      expect(middle.x >= 0 && middle.x <= image.width).toBe(true);
      expect(middle.y >= 0 && middle.y <= image.height).toBe(true);
      expect(clamp(clamped, image, screen)).toEqual(clamped);
    }),
  );
});

it("flies from one camera to the other as one zoom about one point", () => {
  fc.assert(
    fc.property(camera, camera, screen, number(0, 1), (from, to, screen, progress) => {
      expect(between(from, to, 1)).toEqual(to);
      const start = between(from, to, 0);
      expect(start.x).toBeCloseTo(from.x, 6);
      expect(start.scale).toBeCloseTo(from.scale, 6);
      const ratio = to.scale / from.scale;
      fc.pre(ratio > 1.1 || ratio < 0.9);
      // The point that both cameras show at the same place of the screen.
      const fixed = (axis: "x" | "y") => (to[axis] * ratio - from[axis]) / (ratio - 1);
      const kept = { x: fixed("x"), y: fixed("y") };
      const at = (camera: Camera) => toScreen(camera, screen, kept);
      const now = at(between(from, to, progress));
      const tolerance = 1e-6 * (1 + Math.abs(at(from).x) + Math.abs(at(from).y));
      expect(Math.abs(now.x - at(from).x)).toBeLessThan(tolerance);
      expect(Math.abs(now.y - at(from).y)).toBeLessThan(tolerance);
    }),
  );
});

it("samples the pixel that the camera shows, in 32-bit integers", () => {
  const taps = fc.constantFrom<1 | 2 | 4>(1, 2, 4);
  fc.assert(
    fc.property(camera, screen, taps, number(0, 1), (camera, screen, taps, along) => {
      const { x: axis, shift, pixelStep, tapStep, taps: used } = sample(camera, screen, { taps });
      const pixel = Math.floor(along * (screen.width - 1));
      for (let tap = 0; tap < used; tap++) {
        const inner = axis.first + pixel * pixelStep + tap * tapStep;
        expect(Math.abs(inner)).toBeLessThan(2 ** 31);
        const exact = toImage(camera, screen, { x: pixel + (tap + 0.5) / used, y: 0 }).x;
        // Less than a twentieth of a pixel, of the image or of the screen, whichever is larger.
        const off = Math.abs(axis.base + inner / 2 ** shift - exact);
        expect(off).toBeLessThan(0.05 * Math.max(1, 1 / camera.scale));
      }
    }),
  );
});

function targetOf({ width, data }: PixelImage, values: readonly number[]): Target | null {
  const places = [...data.keys()].filter((at) => values.includes(data[at]!));
  if (places.length === 0) return null;
  const [columns, rows] = [places.map((at) => at % width), places.map((at) => Math.floor(at / width))];
  const [x, y] = [Math.min(...columns), Math.min(...rows)];
  const box = { x, y, width: Math.max(...columns) - x + 1, height: Math.max(...rows) - y + 1 };
  return { box, values };
}

/** For each pixel, the largest square with its corner there. */
function slowSquares({ width, data }: PixelImage, { box, values }: Target) {
  const isWithin = (x: number, y: number) =>
    x < box.x + box.width && y < box.y + box.height && values.includes(data[y * width + x]!);
  const squares: { x: number; y: number; side: number }[] = [];
  for (let y = box.y; y < box.y + box.height; y++) {
    for (let x = box.x; x < box.x + box.width; x++) {
      let side = 0;
      const next = () => Array.from({ length: side + 1 }, (_, step) => step);
      while (next().every((step) => isWithin(x + side, y + step) && isWithin(x + step, y + side))) side++;
      squares.push({ x, y, side });
    }
  }
  return squares;
}
