/**
 * The whole decoder in Node: every mask of the corpus equals the independent decoder's labels, byte for byte, with
 * its counts; and the options, the errors of a wrong call and the module's memory are as documented.
 */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { inflateSync } from "node:zlib";
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import {
  checkDecodeOptions,
  type DecodeOptions,
  decodeMask,
  decodeMaskSync,
  init,
  labelPixels,
} from "../../src/all.js";
import { deflatedWasmBase64, wasmLength } from "../../src/decode/wasm/embedded.js";
import { getModule } from "../../src/decode/wasm/module.js";
import { loadCorpus, type MaskCase } from "../support/corpus.mjs";
import { encodePng } from "../support/encode-png.mjs";
import { decodeReference } from "../support/reference.mjs";

const corpus: MaskCase[] = loadCorpus();
const small = corpus.find(({ expected }) => expected.width <= 128) as MaskCase;
const sha256 = (data: Int32Array) =>
  createHash("sha256")
    .update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
    .digest("hex");

beforeAll(() => init());

describe.each(corpus)("$name", ({ png, result, expected }) => {
  it("decodes to the labels that the independent decoder gives, with their counts", async () => {
    const map = await decodeMask(png, result);
    expect([map.width, map.height]).toEqual([expected.width, expected.height]);
    expect(sha256(map.data)).toBe(expected.sha256);
    const total = map.labels.reduce((sum, label) => sum + label.pixelCount, map.unlabelled.count);
    expect(total).toBe(expected.width * expected.height);
    const { counts } = expected;
    if (counts === null) return;
    expect(map.unlabelled.count).toBe(counts["-1"] ?? 0);
    for (const label of map.labels) expect(label.pixelCount).toBe(counts[label.index] ?? 0);
  });
});

describe("what comes with the labels", () => {
  it.each(corpus.filter(({ expected }) => expected.width * expected.height < 1e6))(
    "$name: boxes and unknown colours equal the plain reference's",
    ({ png, result }) => {
      const map = decodeMaskSync(png, result);
      const reference = decodeReference(png, result.legend);
      for (const label of map.labels) expect(label.bbox).toEqual(reference.boxes[label.index] ?? null);
      const unknown = reference.unknown.slice(0, 16).map(({ color, count }) => ({ color, count }));
      expect(map.unlabelled.colors).toEqual(unknown);
    },
  );

  it("also accepts a bare legend, a Map and an ArrayBuffer, with the same labels", () => {
    const whole = decodeMaskSync(small.png, small.result).data;
    const copy = small.png.slice().buffer;
    expect(decodeMaskSync(copy, small.result.legend).data).toEqual(whole);
    expect(decodeMaskSync(new DataView(copy), new Map(Object.entries(small.result.legend))).data).toEqual(
      whole,
    );
  });

  it("refuses a detached buffer, and a view of one, with a typed error", () => {
    const view = small.png.slice();
    structuredClone(view.buffer, { transfer: [view.buffer] });
    for (const gone of [view.buffer, view]) {
      expect(() => decodeMaskSync(gone, small.result)).toThrow(
        expect.objectContaining({
          ...{ name: "DecodeError", code: "OPTION_INVALID", cause: expect.any(TypeError) },
          message: expect.stringContaining("the PNG's buffer is detached"),
        }),
      );
    }
  });

  it("also reports a buffer that was transferred while the module was loaded", async () => {
    for (const name of ["decodeMask", "decodeIds"] as const) {
      vi.resetModules();
      const fresh = {
        ...(await import("../../src/decode/decode.js")),
        ...(await import("../../src/decode/decode-ids.js")),
      };
      const file = small.png.slice().buffer;
      const call = name === "decodeIds" ? fresh.decodeIds(file) : fresh.decodeMask(file, small.result);
      const decoded = expect(call).rejects.toMatchObject({ code: "OPTION_INVALID" });
      structuredClone(file, { transfer: [file] });
      await decoded;
    }
  });

  it("uses the options as they were at the time of the call", async () => {
    const { width, height } = small.expected;
    const options: DecodeOptions = { into: new Int32Array(width * height) };
    const given = options.into;
    const call = decodeMask(small.png, small.result, options);
    options.into = new Int32Array(width * height);
    expect((await call).data).toBe(given);
  });

  it("refuses to overwrite its input", () => {
    const { width, height } = small.expected;
    const buffer = new ArrayBuffer(Math.ceil(small.png.length / 4) * 4 + width * height * 4);
    const png = new Uint8Array(buffer, 0, small.png.length);
    png.set(small.png);
    const over = new Int32Array(buffer, 0, width * height);
    expect(() => decodeMaskSync(png, small.result, { into: over })).toThrow(
      expect.objectContaining({ name: "DecodeError", code: "OPTION_INVALID" }),
    );
    const beside = new Int32Array(buffer, Math.ceil(small.png.length / 4) * 4);
    expect(sha256(decodeMaskSync(png, small.result, { into: beside }).data)).toBe(small.expected.sha256);
    const behind = new Uint8Array(buffer, width * height * 4, small.png.length);
    behind.set(small.png);
    const before = new Int32Array(buffer, 0, width * height);
    expect(sha256(decodeMaskSync(behind, small.result, { into: before }).data)).toBe(small.expected.sha256);
  });

  it("decodes a view into the middle of a larger buffer", () => {
    const shifted = new Uint8Array(small.png.length + 7);
    shifted.set(small.png, 3);
    const view = shifted.subarray(3, 3 + small.png.length);
    expect(sha256(decodeMaskSync(view, small.result).data)).toBe(small.expected.sha256);
  });
});

describe("options", () => {
  it("writes into the given array, and refuses one of another size", () => {
    const { width, height } = small.expected;
    const into = new Int32Array(width * height).fill(99);
    expect(decodeMaskSync(small.png, small.result, { into }).data).toBe(into);
    expect(sha256(into)).toBe(small.expected.sha256);
    const short = new Int32Array(width * height - 1);
    expect(() => decodeMaskSync(small.png, small.result, { into: short })).toThrow(
      expect.objectContaining({ code: "OUTPUT_SIZE" }),
    );
  });

  it("leaves the given array as it was when the file is corrupt", () => {
    const { width, height } = small.expected;
    const into = new Int32Array(width * height).fill(99);
    const cut = small.png.subarray(0, small.png.length - 20);
    expect(() => decodeMaskSync(cut, small.result, { into })).toThrow();
    expect(into.every((label) => label === 99)).toBe(true);
  });

  it("refuses more pixels or bytes than the limits allow", () => {
    const { width, height } = small.expected;
    for (const limit of [{ maxPixels: width * height - 1 }, { maxBytes: small.png.length - 1 }]) {
      expect(() => decodeMaskSync(small.png, small.result, limit)).toThrow(
        expect.objectContaining({ code: "PNG_TOO_LARGE" }),
      );
    }
    decodeMaskSync(small.png, small.result, { maxPixels: width * height, maxBytes: small.png.length });
  });

  it.each([
    [{ engine: "native" }, 'engine must be "auto", "fused" or "upng", not "native"'],
    [{ engine: ", " }, 'engine must be "auto", "fused" or "upng", not ", "'],
    [{ classBy: "colour" }, 'classBy must be "name" or "class_id", not "colour"'],
    [{ maxPixels: 0 }, "maxPixels must be a positive number"],
    [{ maxBytes: 0 }, "maxBytes must be a positive number"],
    [{ maxBytes: Number.NaN }, "maxBytes must be a positive number"],
    [{ into: new Uint8Array(4) }, "`into` must be an Int32Array"],
    [{ snap: { maxDistance: 0 } }, "maxDistance above 0, or with to"],
    [{ snap: { maxDistance: "5" } }, "maxDistance above 0, or with to"],
    [{ intro: 1 }, 'the options: unknown key "intro"'],
    [null, "the options must be an object"],
    ["strict", "the options must be an object"],
  ])("refuses %o with a typed error, also before the first mask", async (given, message) => {
    const options = given as unknown as DecodeOptions;
    const error = {
      ...{ name: "DecodeError", code: "OPTION_INVALID" },
      message: expect.stringContaining(message),
    };
    await expect(decodeMask(small.png, small.result, options)).rejects.toMatchObject(error);
    expect(() => checkDecodeOptions(options)).toThrow(expect.objectContaining(error));
    checkDecodeOptions({});
  });

  it("strict makes errors of the legend's defects, however the legend is given", () => {
    const legend = { ...small.result.legend, "no colour": "odd" };
    for (const given of [legend, { legend }, JSON.stringify({ legend })]) {
      expect(decodeMaskSync(small.png, given).issues).toHaveLength(1);
      expect(() => decodeMaskSync(small.png, given, { strict: true })).toThrow(
        expect.objectContaining({ name: "LegendError" }),
      );
    }
  });

  it.each([undefined, null, "png", [1, 2, 3]])("refuses %o as a PNG", async (png) => {
    await expect(decodeMask(png as unknown as Uint8Array, small.result)).rejects.toMatchObject({
      code: "OPTION_INVALID",
    });
  });
});

describe("the argument for the result", () => {
  const pixel = { data: Uint8Array.of(255, 0, 0), width: 1, height: 1, channels: 3 as const };
  const label = (input: unknown) => () => labelPixels(pixel, input as Record<string, string>);

  it.each([
    ["a result whose legend is text", { legend: "oops", url: "https://x.example" }, "legend: is a string"],
    ["a result whose legend is null", { legend: null }, "legend: is null"],
    ["a result that has an empty legend", { legend: {} }, "legend: is empty"],
    ["a job", { job_id: "1", status: "completed", result: "https://x.example", tag: "t" }, "not the job"],
    ["a job with its numbers", { priority_weight: 5, status: "completed" }, "not the job"],
    ["a job in the vendor's envelope", { data: { status: "completed" }, success: true }, "not the job"],
  ])("refuses %s, and says so", (_, input, message) => {
    expect(label(input)).toThrow(
      expect.objectContaining({ code: "LEGEND_INVALID", message: expect.stringContaining(message) }),
    );
  });

  it("uses the first of two legend keys that are the same colour", () => {
    for (const legend of [
      { "#F00": "red", "#ff0000": "red" },
      { "#00ff00": "green", "#FF0000": "red", f00: "red" },
    ]) {
      const png = encodePng({ width: 1, height: 1, colourType: 2, bitDepth: 8, samples: pixel.data });
      const first = Object.keys(legend).findIndex((key) => /^#?f/i.test(key));
      for (const map of [labelPixels(pixel, legend), decodeMaskSync(png, legend)]) {
        expect([...map.data]).toEqual([first]);
        expect(map.labels.map(({ pixelCount }) => pixelCount)).toEqual(
          Object.keys(legend).map((_, index) => Number(index === first)),
        );
      }
    }
  });
});

describe("a failed allocation", () => {
  const legend = { "#ff0000": "red" };
  const image = { data: Uint8Array.of(255, 0, 0), width: 1, height: 1, channels: 3 as const };
  /** Labels a pixel where arrays of labels cannot be made, for this reason. */
  function labelWhere(message: string) {
    vi.stubGlobal("Buffer", {
      allocUnsafeSlow() {
        throw new RangeError(message);
      },
    });
    return labelPixels(image, legend);
  }
  afterEach(() => void vi.unstubAllGlobals());

  it.each(["Array buffer allocation failed", "Invalid typed array length: 268435456", "Out of memory"])(
    "is a typed error if the platform says %o",
    (message) => {
      expect(() => labelWhere(message)).toThrow(
        expect.objectContaining({ name: "DecodeError", code: "OUT_OF_MEMORY" }),
      );
    },
  );

  it.each(["Maximum call stack size exceeded", "offset is out of bounds"])(
    "is not assumed if the platform says %o",
    (message) => {
      expect(() => labelWhere(message)).toThrow(expect.objectContaining({ name: "RangeError", message }));
    },
  );
});

describe("pixels decoded elsewhere", () => {
  const legend = { "#ff0000": "red", "#00ff00": "green" };
  it("get the same labels from RGB and RGBA, whatever the alpha", () => {
    const rgb = Uint8Array.of(255, 0, 0, 0, 255, 0, 0, 0, 255);
    const rgba = Uint8Array.of(255, 0, 0, 7, 0, 255, 0, 0, 0, 0, 255, 255);
    for (const [data, channels] of [[rgb, 3] as const, [rgba, 4] as const]) {
      const map = labelPixels({ data, width: 3, height: 1, channels }, legend);
      expect([...map.data]).toEqual([0, 1, -1]);
      expect(map.unlabelled).toEqual({ count: 1, colors: [{ color: "#0000ff", count: 1 }] });
    }
  });

  it("are refused if they do not fill the size", () => {
    const image = { data: new Uint8Array(11), width: 3, height: 1 };
    expect(() => labelPixels(image, legend)).toThrow(expect.objectContaining({ code: "OPTION_INVALID" }));
  });

  it.each([
    [0, 1, 4],
    [1, 0, 4],
    [-1, -1, 4],
    [0.5, 2, 4],
    [2, 0.5, 4],
    [2, 1, 2],
    [2, 1, 1],
  ])("are refused with the size %d×%d and %i channels", (width, height, channels) => {
    const data = new Uint8Array(width * height * channels);
    const image = { data, width, height, channels: channels as 3 };
    expect(() => labelPixels(image, legend)).toThrow(
      expect.objectContaining({
        code: "OPTION_INVALID",
        message: "width and height must be positive integers, and channels 3 or 4",
      }),
    );
  });

  it("are written only into an array of their size", () => {
    const image = { data: new Uint8Array(12), width: 2, height: 2, channels: 3 as const };
    const into = new Int32Array(4);
    expect(labelPixels(image, legend, { into }).data).toBe(into);
    for (const length of [1, 3, 5]) {
      expect(() => labelPixels(image, legend, { into: new Int32Array(length) })).toThrow(
        expect.objectContaining({ code: "OUTPUT_SIZE", message: expect.stringContaining("`into`") }),
      );
    }
  });

  it("may have a legend with a defect, but not with strict", () => {
    const image = { data: new Uint8Array(3), width: 1, height: 1, channels: 3 as const };
    const odd = { ...legend, "no colour": "odd" };
    expect(labelPixels(image, odd).issues).toHaveLength(1);
    expect(() => labelPixels(image, odd, { strict: true })).toThrow(
      expect.objectContaining({ name: "LegendError" }),
    );
  });

  it.each([
    [[255, 0, 0]],
    [Float32Array.of(255, 0, 0)],
    [Uint16Array.of(255, 0, 0)],
    [Int8Array.of(-1, 0, 0)],
    [{ length: 3 }],
    ["abc"],
    [null],
    [undefined],
  ])("are refused if they are %o", (data) => {
    const image = { data: data as unknown as Uint8Array, width: 1, height: 1, channels: 3 as const };
    expect(() => labelPixels(image, legend)).toThrow(
      expect.objectContaining({ name: "DecodeError", code: "OPTION_INVALID" }),
    );
  });

  it.each([undefined, null, 7])("are refused with %o as the image, or null as the options", (image) => {
    const invalid = expect.objectContaining({ name: "DecodeError", code: "OPTION_INVALID" });
    expect(() => labelPixels(image as never, legend)).toThrow(invalid);
    const pixel = { data: Uint8Array.of(255, 0, 0), width: 1, height: 1, channels: 3 as const };
    expect(() => labelPixels(pixel, legend, null as never)).toThrow(invalid);
  });

  it("are refused with options that only exist for decoding a PNG", () => {
    const pixel = { data: Uint8Array.of(255, 0, 0), width: 1, height: 1, channels: 3 as const };
    for (const options of [
      { crop: { x: 0, y: 0, width: 1, height: 1 } },
      { target: { map: "label" } },
      { intro: 1 },
    ]) {
      expect(() => labelPixels(pixel, legend, options as never)).toThrow(
        expect.objectContaining({
          code: "OPTION_INVALID",
          message: expect.stringMatching(
            `"${Object.keys(options)[0]}"; the keys are strict, classBy, into, snap`,
          ),
        }),
      );
    }
    const everything = {
      strict: true,
      classBy: "name",
      into: new Int32Array(1),
      snap: { maxDistance: 1 },
    } as const;
    expect([...labelPixels(pixel, legend, everything).data]).toEqual([0]);
  });

  it("are refused if the labels would overwrite them before they are read", () => {
    const buffer = new ArrayBuffer(16);
    const image = { data: new Uint8Array(buffer, 4, 12), width: 4, height: 1, channels: 3 as const };
    expect(() => labelPixels(image, legend, { into: new Int32Array(buffer) })).toThrow(
      expect.objectContaining({ code: "OPTION_INVALID", message: expect.stringContaining("the pixels") }),
    );
  });

  it("may be a Buffer, clamped bytes or a view into the middle of a buffer", () => {
    const bytes = [9, 9, 9, 255, 0, 0, 0, 255, 0];
    for (const data of [
      Buffer.from(bytes).subarray(3),
      Uint8ClampedArray.from(bytes).subarray(3),
      Uint8Array.from(bytes).subarray(3),
    ]) {
      expect([...labelPixels({ data, width: 2, height: 1, channels: 3 }, legend).data]).toEqual([0, 1]);
    }
  });

  it("give exactly the first 16 unknown colours, each with all of its pixels", () => {
    // 40 unknown colours in their order, then the same again backwards, with a known one in between.
    const shades = Array.from({ length: 40 }, (_, index) => 100 + index);
    const order = [...shades, 0, ...shades.toReversed(), ...shades.slice(0, 3)];
    const data = Uint8Array.from(order.flatMap((shade) => (shade === 0 ? [255, 0, 0] : [shade, 7, 7])));
    const [width, height] = [order.length / 4, 4];
    const png = encodePng({ width, height, colourType: 2, bitDepth: 8, samples: data });
    for (const map of [
      labelPixels({ data, width, height, channels: 3 }, legend),
      decodeMaskSync(png, legend),
      decodeMaskSync(png, legend, { engine: "upng" }),
    ]) {
      expect(map.unlabelled.count).toBe(order.length - 1);
      expect(map.unlabelled.colors).toEqual(
        shades.slice(0, 16).map((shade, index) => ({
          color: `#${shade.toString(16)}0707`,
          count: index < 3 ? 3 : 2,
        })),
      );
      expect(map.labels.map(({ pixelCount }) => pixelCount)).toEqual([1, 0]);
    }
  });

  it.each([3, 4] as const)(
    "give the labels of a plain loop on random runs, %i channels, rows across bands",
    (channels) => {
      const seed = Date.now() % 100000;
      const random = lcg(seed);
      const [width, height] = [997, 211];
      const palette = Array.from({ length: 40 }, () => random() & 0xffffff);
      const known = [...new Set(palette.slice(0, 20))];
      const data = new Uint8Array(width * height * channels);
      const expected = new Int32Array(width * height);
      let color = 0;
      for (let index = 0; index < expected.length; index++) {
        // Half of the rows are noise, half long runs.
        if (Math.floor(index / width) % 2 === 0 || random() % 50 === 0)
          color = palette[random() % 40] as number;
        data.set([color >> 16, (color >> 8) & 255, color & 255], index * channels);
        if (channels === 4) data[index * 4 + 3] = random() & 255;
        expected[index] = known.indexOf(color);
      }
      const names = known.map((rgb, index) => [`#${rgb.toString(16).padStart(6, "0")}`, `class ${index}`]);
      const map = labelPixels({ data, width, height, channels }, Object.fromEntries(names));
      expect(map.data, `seed ${seed}`).toEqual(expected);
      for (const { index, pixelCount, bbox } of map.labels) {
        expect(pixelCount, `seed ${seed}`).toBe(
          expected.reduce((sum, label) => sum + Number(label === index), 0),
        );
        expect(bbox, `seed ${seed}`).toEqual(boxOf(expected, width, index));
      }
    },
  );

  it("may have 65,536 colours that are neighbours in all channels", () => {
    const legend = new Map<string, string>();
    const data = new Uint8Array(65536 * 3);
    for (let index = 0; index < 65536; index++) {
      const rgb = index * 255 + 3;
      legend.set(`#${rgb.toString(16).padStart(6, "0")}`, `class ${index}`);
      data.set([rgb >> 16, (rgb >> 8) & 255, rgb & 255], index * 3);
    }
    const map = labelPixels({ data, width: 256, height: 256, channels: 3 }, legend);
    expect(map.data).toEqual(Int32Array.from({ length: 65536 }, (_, index) => index));
  });
});

describe("the module", () => {
  it("uses no more memory for 1,000 decodes than for the first", () => {
    decodeMaskSync(small.png, small.result);
    const before = getModule().memory.buffer.byteLength;
    for (let round = 0; round < 1000; round++) decodeMaskSync(small.png, small.result);
    expect(getModule().memory.buffer.byteLength).toBe(before);
  });

  it("is built from the bytes that the package exports", () => {
    const wasm = readFileSync(new URL("../../dist/labelmap.wasm", import.meta.url));
    expect(WebAssembly.validate(wasm)).toBe(true);
    expect(inflateSync(Buffer.from(deflatedWasmBase64, "base64"))).toEqual(wasm);
    expect(wasmLength).toBe(wasm.length);
  });
});

function boxOf(labels: Int32Array, width: number, wanted: number): number[] | null {
  let [left, top, right, bottom] = [Infinity, Infinity, -1, -1];
  labels.forEach((label, index) => {
    if (label !== wanted) return;
    const [x, y] = [index % width, Math.floor(index / width)];
    [left, top, right, bottom] = [
      Math.min(left, x),
      Math.min(top, y),
      Math.max(right, x),
      Math.max(bottom, y),
    ];
  });
  return right < 0 ? null : [left, top, right - left + 1, bottom - top + 1];
}

/** Numerical Recipes' linear congruential generator, high bits: enough to draw test images. */
function lcg(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 4;
  };
}
