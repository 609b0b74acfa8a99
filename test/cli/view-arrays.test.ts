/** `labelmap view` with the arrays of `labelmap decode --format npy`: the page gets the number of every pixel. */
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { decodeMask } from "labelmap";
import { describe, expect, it } from "vitest";
import { FIXTURES } from "../support/corpus.mjs";
import { encodePng } from "../support/encode-png.mjs";
import { makeFolder, runCli } from "../support/run-cli.js";
import { spawnCli, until } from "../support/spawn-cli.js";

const NAMES = ["instances-640-palette-upng", "objects-101-grey-1-bit"];

interface Listed {
  readonly name: string;
  readonly mask: string;
  readonly result: string | null;
}

async function start(...args: string[]) {
  const { printed, child } = spawnCli(["view", ...args]);
  await until(() => printed.stdout.endsWith("\n") || child.exitCode !== null, "the address is printed");
  const base = printed.stdout.trim().replace(/\?.*/, "");
  const get = (path: string) => fetch(base + path, { headers: { connection: "close" } });
  const { masks } = (await (await get("files.json")).json()) as { masks: Listed[] };
  const labelsOf = async (name: string) => {
    const { mask, result } = masks.find((listed) => listed.name.endsWith(name))!;
    const answer = await get(mask);
    if (!answer.ok) return answer.text();
    const png = new Uint8Array(await answer.arrayBuffer());
    const map =
      result === null ? await decodeMask(png, null) : await decodeMask(png, await (await get(result)).text());
    return Array.from(map.data, (label) => map.labels[label] ?? null);
  };
  return { printed, masks, labelsOf };
}

/** The elements of a `.npy` file, which has version 1.0. */
function elements(file: string): number[] {
  const bytes = readFileSync(file);
  const start = 10 + bytes.readUInt16LE(8);
  const [, code] = /'descr': '[<|](\w\d)'/.exec(bytes.toString("latin1", 0, start))!;
  const Type = { i4: Int32Array, u2: Uint16Array, u1: Uint8Array }[code!]!;
  return [...new Type(Uint8Array.from(bytes.subarray(start)).buffer)];
}

function decode(...flags: string[]): string {
  const folder = makeFolder();
  const masks = NAMES.map((name) => join(FIXTURES, `${name}.png`));
  const { code, stderr } = runCli(["decode", ...masks, "--out", "out", "--format", "npy", "-q", ...flags], {
    cwd: folder,
  });
  expect([code, stderr]).toEqual([0, ""]);
  return join(folder, "out");
}

const nameOf = (number: number, unlabelled = -1) => (number === unlabelled ? undefined : String(number));

describe("labelmap view of arrays", () => {
  it.each(["label", "instance"])("names the labels of a %s map by their numbers", async (map) => {
    const out = decode("--map", map);
    for (const place of [out, join(out, "npy")]) {
      const { printed, labelsOf } = await start(place);
      expect(printed.stderr).toContain("so the labels are shown as numbers.");
      for (const name of NAMES) {
        const shown = await labelsOf(name);
        const numbers = elements(join(out, `npy/${name}.npy`));
        if (name === NAMES[0]) expect(new Set(numbers).size).toBeGreaterThan(1);
        expect(shown).toHaveLength(numbers.length);
        expect((shown as { name: string }[]).map((label) => label?.name)).toEqual(
          numbers.map((number) => nameOf(number)),
        );
      }
    }
  });

  it("leaves unlabelled what an array of bytes says is unlabelled", async () => {
    const folder = makeFolder();
    const samples = Uint8Array.of(9, 0, 0, 9, 0, 0, 1, 2, 3, 9, 0, 0);
    const png = encodePng({ width: 4, height: 1, colourType: 2, bitDepth: 8, samples, filter: 0 });
    writeFileSync(join(folder, "a.png"), png);
    writeFileSync(join(folder, "a.json"), JSON.stringify({ legend: { "#090000": "car" } }));
    const args = ["decode", "a.png", "--out", "out", "--format", "npy", "--map", "label", "--dtype", "uint8"];
    expect(runCli([...args, "-q"], { cwd: folder }).code).toBe(0);
    expect(elements(join(folder, "out/npy/a.npy"))).toEqual([0, 0, 255, 0]);
    const { labelsOf } = await start(join(folder, "out"));
    const shown = (await labelsOf("a")) as ({ name: string } | null)[];
    expect(shown.map((label) => label?.name)).toEqual(["0", "0", undefined, "0"]);
  });

  it("shows the classes and objects of a panoptic map", async () => {
    const out = decode("--map", "panoptic", "--divisor", "4096");
    const { classes } = JSON.parse(readFileSync(join(out, "classes.json"), "utf8")) as {
      classes: { id: number; name: string }[];
    };
    const classOf = new Map(classes.map(({ id, name }) => [id, name]));
    const { labelsOf } = await start(out);
    for (const name of NAMES) {
      const shown = (await labelsOf(name)) as ({ className: string; instanceNumber: number } | null)[];
      const numbers = elements(join(out, `npy/${name}.npy`));
      expect(shown.map((label) => label && [label.className, label.instanceNumber])).toEqual(
        numbers.map((number) => {
          const className = classOf.get(Math.floor(number / 4096));
          return className === undefined ? null : [className, number % 4096];
        }),
      );
    }
  });

  it("opens arrays without a class list anywhere, and those beside them that have one with its names", async () => {
    const out = decode("--map", "label");
    const classed = decode("--map", "semantic");
    const folder = makeFolder();
    mkdirSync(join(folder, "sub"));
    const [first, second] = NAMES as [string, string];
    cpSync(join(out, `npy/${first}.npy`), join(folder, `${first}.npy`));
    cpSync(join(classed, `npy/${second}.npy`), join(folder, `sub/${second}.npy`));
    cpSync(join(classed, "npy/classes.json"), join(folder, "sub/classes.json"));
    const { printed, labelsOf, masks } = await start(folder);
    expect(printed.stderr).toContain("are shown with their numbers as names.");
    expect(masks.map(({ name }) => name)).toEqual([first, `sub/${second}`]);
    const numbers = elements(join(folder, `${first}.npy`));
    expect(((await labelsOf(first)) as { name: string }[]).map(({ name }) => name)).toEqual(
      numbers.map(String),
    );
    const named = (await labelsOf(second)) as { name: string }[];
    expect(named.some(({ name }) => /^\d+$/.test(name))).toBe(false);
  });

  it("says what is wrong with an array that is no map, and shows the others", async () => {
    const out = decode("--map", "label");
    const [first, second] = NAMES as [string, string];
    const path = join(out, `npy/${first}.npy`);
    writeFileSync(path, readFileSync(path).subarray(0, -5));
    const { labelsOf } = await start(out);
    expect(await labelsOf(first)).toMatch(/^FORMAT_INVALID: .*needs \d+ bytes/);
    expect(typeof (await labelsOf(second))).toBe("object");
  });

  it("shows PNGs of panoptic values as numbers, and not as class ids", async () => {
    const folder = makeFolder();
    const mask = join(FIXTURES, `${NAMES[1]}.png`);
    expect(
      runCli(["decode", mask, "--out", "out", "--format", "png", "--map", "panoptic", "-q"], { cwd: folder })
        .code,
    ).toBe(0);
    const { masks } = await start(join(folder, "out"));
    expect(masks.map(({ result }) => result)).toEqual([null]);
  });
});
