/** What `labelmap view` lists for the page: legends of masks without a result, palettes, encodings and forms. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, expect, it } from "vitest";
import { makeFolder, runCli } from "../support/run-cli.js";
import { spawnCli, until } from "../support/spawn-cli.js";

const folder = makeFolder();
const outside = makeFolder();
const MASK = readFileSync(fileURLToPath(new URL("../fixtures/legends/three-colours.png", import.meta.url)));
const TABLE = "name,r,g,b\ncar,255,0,0\n";

beforeAll(() => {
  const files = {
    "own.png": MASK,
    "own.json": '{ "#ff0000": "car" }',
    "named.png": MASK,
    "named.csv": TABLE,
    "cvat/labelmap.txt": "# label:color_rgb:parts:actions\ncar:255,0,0::\n",
    "cvat/SegmentationClass/deep.png": MASK,
    "bare/bare.png": MASK,
    "bare/readme.txt": "secret",
    "result/legend.csv": "another",
  };
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(join(folder, name, ".."), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  writeFileSync(join(outside, "legend.csv"), TABLE);
});

interface Listed {
  readonly name: string;
  readonly result: string | null;
}

/** The list, and the text of each result. */
async function viewed(
  ...args: string[]
): Promise<{ readonly masks: readonly Listed[]; readonly texts: object }> {
  const view = spawnCli(["view", ...args]);
  await until(() => view.printed.stdout.endsWith("\n"), "the address is printed");
  const base = view.printed.stdout.trim().replace(/\?.*/, "");
  const { masks } = (await (await fetch(`${base}files.json`)).json()) as { masks: Listed[] };
  const texts: Record<string, string> = {};
  for (const { name, result } of masks) {
    if (result === null) continue;
    const answer = await fetch(base + result);
    expect([answer.status, answer.headers.get("content-type")]).toEqual([
      200,
      expect.not.stringContaining("html"),
    ]);
    texts[name] = (await answer.text()).trim().split("\n").at(-1)!;
  }
  return { masks, texts };
}

it("finds the legends of masks without a result by their names, and serves no other text", async () => {
  const { masks, texts } = await viewed(folder);
  expect(texts).toEqual({
    own: '{ "#ff0000": "car" }',
    named: "car,255,0,0",
    "cvat/SegmentationClass/deep": "car:255,0,0::",
  });
  expect(masks.find(({ name }) => name === "bare/bare")!.result).toBeNull();
});

it("uses a given legend for the masks of a folder that have no result, wherever the legend lies", async () => {
  const { masks, texts } = await viewed(folder, "--legend", join(outside, "legend.csv"));
  expect(texts).toEqual({
    own: '{ "#ff0000": "car" }',
    named: "car,255,0,0",
    "cvat/SegmentationClass/deep": "car,255,0,0",
    "bare/bare": "car,255,0,0",
  });
  expect(masks).toHaveLength(4);
});

it("lists a palette, an encoding and a form", async () => {
  const { masks } = await viewed(folder, "Cityscapes", "--encoding", "rgb-id", "--form", "palette name");
  const reading = { encoding: "rgb-id", form: "palette name" };
  expect(masks).toContainEqual(
    expect.objectContaining({ name: "bare/bare", result: null, legend: "cityscapes", ...reading }),
  );
  const own = masks.find(({ name }) => name === "own")!;
  expect([own.result, "legend" in own]).toEqual(["files/own.json", false]);
});

it("takes the given legend for a single mask, even if it has a result", async () => {
  const { masks, texts } = await viewed(join(folder, "own.png"), join(outside, "legend.csv"));
  expect([masks.length, texts]).toEqual([1, { own: "car,255,0,0" }]);
  const palette = await viewed(join(folder, "own.png"), "--legend", "camvid");
  expect(palette.masks).toEqual([expect.objectContaining({ result: null, legend: "camvid" })]);
});

it("refuses two legends, and folders as legends", () => {
  for (const args of [
    ["camvid", "--legend", "ade20k"],
    ["--legend", outside],
  ]) {
    expect(runCli(["view", folder, ...args])).toMatchObject({ code: 2, stdout: "" });
  }
});
