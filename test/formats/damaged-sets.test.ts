/**
 * Damaged data sets of every format: whichever file is cut or changed, there is an error with a code, or a label map that is
 * sound. Nothing hangs, and no other error comes out.
 */
import { beforeAll, describe, expect, it } from "vitest";
import { FORMATS, filesInMemory, readSet, recognise, type SetFormat } from "../../src/formats/index.js";
import { init, type LabelMap, LabelMapError } from "../../src/index.js";
import { damageBytes, damageJson } from "../support/damage.js";
import { dice, mulberry32 } from "../support/random.mjs";
import { itemsOf } from "../support/set-drawing.js";
import { type Files, SETS } from "../support/sets-of-formats.js";

beforeAll(() => init());

const SEED = Number(process.env.FUZZ_SEED ?? 20261130);
const ROUNDS = Number(process.env.FUZZ_ROUNDS ?? 60);
/** A file with a size that is wrong must not make the reader take a gigabyte. */
const MAX_PIXELS = 2 ** 20;

const LIMITED = FORMATS.map(({ name }) => name);

/** Reads everything of a set. An error with a code is an answer. */
async function readAll(format: SetFormat, files: Files, options: object): Promise<"read" | string> {
  const source = filesInMemory(files);
  try {
    await recognise(source);
    const set = await readSet(source, { format, maxPixels: MAX_PIXELS, ...options } as never);
    let code: string | undefined;
    for (const { map } of await itemsOf(set)) {
      try {
        checkSound(await map());
      } catch (error) {
        code = codeOf(error);
      }
    }
    await set.classes();
    return code ?? "read";
  } catch (error) {
    return codeOf(error);
  }
}

/** @throws the error itself, if it is not one of the library's, or a defect of the library */
function codeOf(error: unknown): string {
  if (!(error instanceof LabelMapError) || error.code === "INTERNAL") throw error;
  expect(error.message).not.toBe("");
  return error.code;
}

/** Whether the numbers of a map fit together. */
function checkSound({ width, height, data, labels, unlabelled }: LabelMap): void {
  expect(data.length).toBe(width * height);
  const counts = new Map<number, number>();
  for (const label of data) counts.set(label, (counts.get(label) ?? 0) + 1);
  for (const [label] of counts) expect(label >= -1 && label < labels.length, `label ${label}`).toBe(true);
  for (const { index, pixelCount } of labels) expect(counts.get(index) ?? 0).toBe(pixelCount);
  expect(unlabelled.count).toBe(counts.get(-1) ?? 0);
}

describe("a damaged set", () => {
  it("is drawn for every format", () => {
    expect([...new Set(SETS.map(([format]) => format))].sort()).toEqual([...LIMITED].sort());
  });

  it.each(SETS.map((each, place) => [`${each[0]} (${place})`, each] as const))(
    "of %s is an error with a code, or is read soundly",
    async (_, [format, make, options = {}]) => {
      const files = await make();
      expect(await readAll(format, files, options), "undamaged").toBe("read");
      const random = mulberry32(SEED);
      const { below, pick, chance } = dice(random);
      // Photos are not decoded. Of PNGs there are other tests.
      const texts = Object.keys(files).filter((path) => !/\.(?:png|bmp|jpg)$/i.test(path));
      const paths = Object.keys(files);
      const codes = new Map<string, number>();
      for (let round = 0; round < ROUNDS; round++) {
        const path = texts.length > 0 && chance(0.85) ? pick(texts) : pick(paths);
        const content = files[path]!;
        const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
        const isJson = path.endsWith(".json") && below(3) > 0;
        const damaged = isJson
          ? damageJson(new TextDecoder().decode(bytes), random)
          : damageBytes(bytes, random);
        const all = { ...files, [path]: damaged };
        try {
          const code = await readAll(format, all, options);
          codes.set(code, (codes.get(code) ?? 0) + 1);
        } catch (error) {
          const shown = typeof damaged === "string" ? damaged : new TextDecoder("latin1").decode(damaged);
          const where = `seed ${SEED}, round ${round}, ${path}: ${shown.slice(0, 600)}`;
          throw new Error(where, { cause: error });
        }
      }
      // The damage is of use only if some of it is noticed.
      expect(
        [...codes.keys()].some((code) => code !== "read"),
        JSON.stringify([...codes]),
      ).toBe(true);
    },
  );
});
