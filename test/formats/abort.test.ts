/** A signal stops the work on whole data sets before the next file, and its reason comes out as it is. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { reportDataset } from "../../src/dataset/index.js";
import { classListFromDirectory, reportDirectory } from "../../src/dataset/node.js";
import {
  type FileSink,
  type FileSource,
  FORMATS,
  filesInMemory,
  memorySink,
  readSet,
  recognise,
  type WritableSetFormat,
  writeSet,
} from "../../src/formats/index.js";
import { init } from "../../src/index.js";
import { encodePng } from "../support/encode-png.mjs";
import { drawSet, itemsOf, judge, things } from "../support/set-drawing.js";

beforeAll(() => init());

const WRITTEN = FORMATS.filter(({ set, writes }) => set && writes).map(
  ({ name }) => name as WritableSetFormat,
);
const optionsOf = (format: WritableSetFormat) =>
  format === "cityscapes" ? { missing: "void", labels: { lane: "road" } } : { classes: judge };

/** A signal that is aborted after so many steps. */
function abortAfter(steps: number) {
  const controller = new AbortController();
  const reason = new Error("enough");
  let taken = 0;
  const step = () => {
    if (++taken === steps) controller.abort(reason);
  };
  return { signal: controller.signal, reason, step, taken: () => taken };
}

function counting(source: FileSource, step: () => void): FileSource {
  return {
    list: () => source.list(),
    async read(path, first) {
      step();
      return source.read(path, first);
    },
  };
}

async function drawn(format: WritableSetFormat): Promise<FileSource> {
  const { items, photos } = drawSet(4);
  const sink = memorySink();
  await writeSet(items, sink, { format, photos, ...optionsOf(format) } as never);
  return filesInMemory(Object.fromEntries(sink.files));
}

describe.each(WRITTEN)("%s", (format) => {
  it("is not read beyond an abort", async () => {
    const source = await drawn(format);
    const { length: reads } = await readsOf(source);
    expect(reads).toBeGreaterThan(0);
    for (let steps = 1; steps < reads; steps++) {
      const { signal, reason, step, taken } = abortAfter(steps);
      await expect(readAll(counting(source, step), signal)).rejects.toBe(reason);
      expect(taken()).toBe(steps);
    }
  });

  async function readsOf(source: FileSource) {
    const paths: string[] = [];
    const { signal } = new AbortController();
    await readAll(
      counting(source, () => paths.push("")),
      signal,
    );
    return paths;
  }

  async function readAll(source: FileSource, signal: AbortSignal) {
    const set = await readSet(source, { format, signal, ...(format === "yolo" && { things }) } as never);
    for (const { map } of await itemsOf(set)) await map();
  }

  it("is not written beyond an abort", async () => {
    const whole = memorySink();
    const { items, photos } = drawSet(4);
    await writeSet(items, whole, { format, photos, ...optionsOf(format) } as never);
    for (let steps = 1; steps < whole.files.size; steps++) {
      const { signal, reason, step } = abortAfter(steps);
      const sink = memorySink();
      const stepping: FileSink = {
        async write(path, content) {
          step();
          await sink.write(path, content);
        },
      };
      const options = { format, photos, signal, ...optionsOf(format) } as never;
      await expect(writeSet(items, stepping, options)).rejects.toBe(reason);
      expect(sink.files.size).toBe(steps);
    }
  });
});

it("a signal that is aborted already stops every call before its first file", async () => {
  const { signal, reason, step } = abortAfter(1);
  step();
  const source: FileSource = {
    list: () => expect.unreachable(),
    read: () => expect.unreachable(),
  };
  const sink: FileSink = { write: () => expect.unreachable() };
  await expect(recognise(source, { signal })).rejects.toBe(reason);
  await expect(readSet(source, { signal })).rejects.toBe(reason);
  await expect(writeSet([], sink, { format: "voc", classes: judge, signal })).rejects.toBe(reason);
  await expect(reportDataset([{ id: "a", map: new Error("no") as never }], { signal })).rejects.toBe(reason);
});

it("something else than a signal is refused", async () => {
  const source = filesInMemory({});
  for (const signal of [{}, "now", null] as never[]) {
    for (const call of [recognise(source, { signal }), readSet(source, { signal, format: "voc" })]) {
      await expect(call).rejects.toMatchObject({
        code: "OPTION_INVALID",
        message: "signal must be an AbortSignal",
      });
    }
  }
});

it("an abort is no file that is not JSON", async () => {
  const { signal, reason, step } = abortAfter(1);
  const source = counting(filesInMemory({ "a.json": "{}", "b.json": "{}" }), step);
  await expect(recognise(source, { signal })).rejects.toBe(reason);
});

describe("a directory", () => {
  const folder = mkdtempSync(join(tmpdir(), "labelmap-abort-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const png = encodePng({
    ...{ width: 1, height: 1, colourType: 2, bitDepth: 8 },
    ...{ samples: Uint8Array.of(255, 0, 0), filter: 0 },
  });

  it("is not reported, and its classes are not listed, after an abort", async () => {
    writeFileSync(join(folder, "a.png"), png);
    writeFileSync(join(folder, "a.json"), '{"legend":{"#ff0000":"car"}}');
    const { signal, reason, step } = abortAfter(1);
    expect((await reportDirectory(folder, { signal })).toJSON()).toMatchObject({ images: 1 });
    expect((await classListFromDirectory(folder, { signal })).idOf("car")).toBe(0);
    step();
    await expect(reportDirectory(folder, { signal })).rejects.toBe(reason);
    await expect(classListFromDirectory(folder, { signal })).rejects.toBe(reason);
  });
});
