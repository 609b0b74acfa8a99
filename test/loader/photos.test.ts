/** Photos beside masks: decoded ahead, treated like their masks, and each of them is handed out or closed, once. */
import { setImmediate as nextTurn } from "node:timers/promises";
import fc from "fast-check";
import sharp from "sharp";
import { beforeAll, describe, expect, expectTypeOf, it } from "vitest";
import { init } from "../../src/all.js";
import { type LoadOptions, loadMasks, type MapGeometry, type Step } from "../../src/loader/index.js";
import { breakItem, type DrawnItem, drawItems } from "../support/drawn-items.js";
import { expectEqual } from "../support/equal-arrays.js";
import { startThread } from "../support/loader-threads.js";

beforeAll(() => init());

const drawn = drawItems(14, 41, 24).map((item, index) => ({ ...item, photo: index }));
const places: [string, LoadOptions][] = [
  ["this thread", { workers: 0 }],
  ["two workers", { workers: 2, worker: startThread }],
];

/** As a user treats a photo like its mask, whatever the photo's own size. */
async function likeItsMask(photo: Uint8Array, { source, crop, flip, width, height }: MapGeometry) {
  const { width: photoWidth = 0 } = await sharp(photo).metadata();
  const scale = photoWidth / source.width;
  let image = sharp(photo).extract({
    left: crop.x * scale,
    top: crop.y * scale,
    width: crop.width * scale,
    height: crop.height * scale,
  });
  if (flip.horizontal) image = image.flop();
  if (flip.vertical) image = image.flip();
  // Otherwise sharp resizes before it mirrors.
  const { data, info } = await image.raw().toBuffer({ resolveWithObject: true });
  const pixels = sharp(data, { raw: info }).resize(width, height, { kernel: "nearest", fit: "fill" });
  return pixels.removeAlpha().raw().toBuffer();
}

describe.each(places)("photos, on %s", (_, where) => {
  it("come beside their maps, cropped, mirrored and resized alike", async () => {
    // The photo of a mask is the mask itself, three times as large.
    const items = await Promise.all(
      drawn.map(async (item) => ({
        ...item,
        photo: await sharp(item.png).resize(72, 72, { kernel: "nearest" }).png().toBuffer(),
      })),
    );
    const steps: Step[] = [
      { step: "randomCrop", width: 12, height: 9 },
      { step: "randomFlip" },
      { step: "randomFlip", direction: "vertical" },
      { step: "resize", width: 24, height: 18 },
    ];
    let place = 0;
    const masks = loadMasks(items, {
      ...where,
      steps,
      decodePhoto: (photo, { geometry }) => likeItsMask(photo as Uint8Array, geometry),
    });
    for await (const { map, photo, item } of masks) {
      expectTypeOf(photo).toExtend<Buffer>();
      expect(item).toBe(items[place++]);
      const colours = Object.keys(item.result).map((key) => Number.parseInt(key.slice(1), 16));
      const seen = map.data.map((_label, pixel) => {
        const colour = photo.readUIntBE(pixel * 3, 3);
        return colours.indexOf(colour);
      });
      expectEqual(seen, map.data, item.name);
    }
    expect(place).toBe(items.length);
  });

  it("come in batches, and those that fail leave their batch, with their masks", async () => {
    const decodePhoto = async (photo: number) => {
      if (photo === 1) throw new TypeError("see https://example.org/?key=secret");
      if (photo === 8 || photo > 11) throw new RangeError("too dark");
      return `photo ${photo}`;
    };
    const items = drawn.map((item) => (item.photo === 4 ? breakItem(item) : item));
    const seen: unknown[] = [];
    for await (const entry of loadMasks(items, { ...where, batch: 4, errors: "yield", decodePhoto })) {
      if (entry.error !== undefined) {
        seen.push([entry.name, entry.error.code]);
        if (entry.name === "mask 1") {
          expect(entry.error.message).toMatch(
            /^mask 1: decodePhoto failed \(TypeError: see https:\/\/example.org\//,
          );
          expect(entry.error.message).not.toMatch(/secret/);
          expect((entry.error.cause as Error).cause).toBeInstanceOf(TypeError);
        }
        continue;
      }
      expectTypeOf(entry.photos).toEqualTypeOf<readonly string[]>();
      expect(entry.photos).toEqual(entry.items.map(({ photo }) => `photo ${photo}`));
      expect(entry.map.shape).toEqual([entry.items.length, 24, 24]);
      expect([...entry.map.data]).toEqual(entry.items.flatMap(({ labels }) => [...labels]));
      expect(entry.map.data.buffer.byteLength).toBe(entry.map.data.byteLength);
      expect(entry.geometries.length).toBe(entry.items.length);
      expect(entry.map.infos.length).toBe(entry.items.length);
      entry.map.infos.forEach(({ labels }, index) => {
        const counted = entry.items[index]!.labels.filter((label) => label === 0).length;
        expect(labels[0]!.pixelCount).toBe(counted);
      });
      seen.push(entry.names);
    }
    expect(seen).toEqual([
      ["mask 1", "PHOTO_FAILED"],
      ["mask 0", "mask 2", "mask 3"],
      ["mask 4", "PNG_TRUNCATED"],
      ["mask 5", "mask 6", "mask 7"],
      ["mask 8", "PHOTO_FAILED"],
      ["mask 9", "mask 10", "mask 11"],
      ["mask 12", "PHOTO_FAILED"],
      ["mask 13", "PHOTO_FAILED"],
    ]);
  });

  it("end the loop if they fail and errors are thrown", async () => {
    const cause = new RangeError("too dark");
    const decodePhoto = (photo: number) => {
      if (photo === 2) throw cause;
      return photo;
    };
    const seen: number[] = [];
    const loading = (async () => {
      for await (const { photo } of loadMasks(drawn, { ...where, decodePhoto })) seen.push(photo);
    })();
    await expect(loading).rejects.toMatchObject({ name: "LoadError", code: "PHOTO_FAILED", item: "mask 2" });
    expect(seen).toEqual([0, 1]);
  });

  it("are decoded ahead, but not more than maps are, and not for masks that fail", async () => {
    const items = drawn.map((item) => (item.photo === 3 ? breakItem(item) : item));
    const started: number[] = [];
    let taken = 0;
    const decodePhoto = async (photo: number) => {
      started.push(photo);
      // The one that is handed out, and two more, or three with two workers.
      expect(photo - taken).toBeLessThanOrEqual(4);
      await nextTurn();
      return photo;
    };
    for await (const entry of loadMasks(items, { ...where, prefetch: 2, errors: "yield", decodePhoto })) {
      taken++;
      if (entry.error === undefined) expect(entry.photo).toBe(entry.item.photo);
      await new Promise((resolve) => setTimeout(resolve, 5));
      if (taken === 6) expect(started.length).toBeGreaterThan(6 - 1);
    }
    expect(taken).toBe(items.length);
    // Whether a mask can be decoded is only known once it is, so on this thread its photo may have been.
    expect(started.filter((photo) => photo !== 3).toSorted((a, b) => a - b)).toEqual(
      items.map(({ photo }) => photo).filter((photo) => photo !== 3),
    );
    if (where.workers === 2) expect(started).not.toContain(3);
  });

  it("must be there", async () => {
    const { photo: _photo, ...without } = drawn[0]!;
    const loader = loadMasks([without], { ...where, decodePhoto: () => 1 });
    await expect(loader.next()).rejects.toMatchObject({
      code: "OPTION_INVALID",
      message: "mask 0: its photo is missing; give it, or leave out decodePhoto",
    });
  });

  it("do not hold up the end of the loop", async () => {
    let seen = 0;
    const decodePhoto = (photo: number) => (photo > 1 ? new Promise<number>(() => {}) : photo);
    for await (const { photo } of loadMasks(drawn, { ...where, decodePhoto })) {
      seen++;
      if (photo === 1) break;
    }
    expect(seen).toBe(2);
  });

  it("are each handed out or closed, once, and see that the loader has stopped", async () => {
    const anyPlan = fc.record({
      leave: fc.constantFrom("end", "break", "throw", "abort", "abort later"),
      after: fc.nat(13),
      failing: fc.uniqueArray(fc.nat(13), { maxLength: 4 }),
      broken: fc.uniqueArray(fc.nat(13), { maxLength: 3 }),
      slow: fc.uniqueArray(fc.nat(13), { maxLength: 6 }),
      batch: fc.constantFrom(undefined, 3),
      errors: fc.constantFrom("throw" as const, "yield" as const),
      isOrdered: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(anyPlan, async ({ leave, after, failing, broken, slow, batch, errors, isOrdered }) => {
        const photos: { index: number; closed: number; isHandedOut: boolean; close(): void }[] = [];
        const abort = new AbortController();
        let seenSignal: AbortSignal | undefined;
        const decodePhoto = async (index: number, { signal }: { signal: AbortSignal }) => {
          seenSignal = signal;
          for (let turn = 0; slow.includes(index) && turn < 5; turn++) await nextTurn();
          if (failing.includes(index)) throw new Error("no photo");
          const photo = { index, closed: 0, isHandedOut: false, close: () => void photo.closed++ };
          photos.push(photo);
          return photo;
        };
        const items = drawn.map((item) => (broken.includes(item.photo) ? breakItem(item) : item));
        const options = { ...where, errors, ordered: isOrdered, signal: abort.signal, decodePhoto };
        let turns = 0;
        try {
          for await (const entry of loadMasks(items, {
            ...options,
            ...(batch && { batch }),
          } as typeof options)) {
            if (entry.error === undefined) {
              const given = ("photos" in entry ? entry.photos : [entry.photo]) as typeof photos;
              const taken = ("items" in entry ? entry.items : [entry.item]) as readonly DrawnItem[];
              expect(given.map(({ index }) => index)).toEqual(taken.map(({ photo }) => photo));
              for (const photo of given) {
                expect([photo.closed, photo.isHandedOut]).toEqual([0, false]);
                photo.isHandedOut = true;
              }
            }
            if (turns++ < after || leave === "end") continue;
            if (leave === "break") break;
            if (leave === "throw") throw new Error("the caller's own");
            if (leave === "abort") abort.abort();
            else setTimeout(() => abort.abort());
          }
        } catch (error) {
          const { name, message } = error as Error;
          expect(name === "LoadError" || name === "AbortError" || message === "the caller's own").toBe(true);
        }
        for (let turn = 0; turn < 8; turn++) await nextTurn();
        for (const { closed, isHandedOut } of photos) expect(closed).toBe(isHandedOut ? 0 : 1);
        if (seenSignal !== undefined) expect(seenSignal.aborted).toBe(true);
      }),
      { numRuns: where.workers === 0 ? 150 : 25 },
    );
  });
});

it("closes a photo if the loop is aborted just before it would be handed out", async () => {
  for (let depth = 0; depth < 30; depth++) {
    const abort = new AbortController();
    const photo = { closed: 0, close: () => void photo.closed++ };
    const decodePhoto = () => {
      let later = Promise.resolve();
      for (let turn = 0; turn < depth; turn++) later = later.then(() => {});
      void later.then(() => abort.abort());
      return photo;
    };
    let isHandedOut = false;
    const loading = (async () => {
      const items = drawn.slice(0, 1);
      for await (const _ of loadMasks(items, { workers: 0, signal: abort.signal, decodePhoto }))
        isHandedOut = true;
    })();
    // The loop may also have ended before.
    const error = await loading.catch((thrown) => thrown);
    if (!isHandedOut) expect(error).toMatchObject({ name: "AbortError" });
    expect(photo.closed, `${depth} turns`).toBe(isHandedOut ? 0 : 1);
  }
});

it("refuses a decodePhoto that is no function", () => {
  expect(() => loadMasks(drawn, { workers: 0, decodePhoto: "sharp" as never })).toThrow(
    /decodePhoto is a string; give a function that decodes an item's photo/,
  );
});
