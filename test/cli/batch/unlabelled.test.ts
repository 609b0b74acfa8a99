/** What the command says of pixels without a label: a wrong legend must not look like success. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { UnlabelledCount } from "../../../cli/src/batch/unlabelled.js";
import { newFolder, recordsOf } from "../../support/batch-folder.js";
import { encodePng } from "../../support/encode-png.mjs";
import { runCli, runShell } from "../../support/run-cli.js";

const RED = [255, 0, 0];
const BLUE = [0, 0, 255];

function drawn(colors: readonly (readonly number[])[]): Uint8Array {
  const samples = colors.flat();
  return encodePng({ width: colors.length, height: 1, colourType: 2, bitDepth: 8, samples });
}

/** `all`: 4 pixels of red and blue; `some`: 3 pixels of red, 1 of blue; `none`: red alone. */
function folderOfMasks(): { folder: string; decode: (...args: string[]) => ReturnType<typeof runCli> } {
  const folder = newFolder();
  mkdirSync(join(folder, "my masks"));
  writeFileSync(join(folder, "my masks/all.png"), drawn([BLUE, BLUE, BLUE, BLUE]));
  writeFileSync(join(folder, "my masks/some.png"), drawn([RED, RED, RED, BLUE]));
  writeFileSync(join(folder, "my masks/none.png"), drawn([RED]));
  writeFileSync(join(folder, "red.csv"), "name,r,g,b\nroad,255,0,0\n");
  return { folder, decode: (...args) => runCli(["decode", ...args], { cwd: folder }) };
}

it("counts the unlabelled pixels and the images that have them, and says how to see them", () => {
  const { folder, decode } = folderOfMasks();
  const first = decode("my masks", "--legend", "red.csv", "--out", "out");
  const note =
    "  2 images have 5 unlabelled pixels, 62.50 % of their pixels; to see their colours or ids: labelmap inspect 'my masks/all.png' --legend red.csv\n";
  expect(first).toMatchObject({ code: 0, stdout: "out: 3 done\n", stderr: note });
  const { unlabelledPixels, pixels } = recordsOf(join(folder, "out")).get("some")!;
  expect([unlabelledPixels, pixels]).toEqual([1, 4]);

  const again = decode("my masks", "--legend", "red.csv", "--out", "out");
  expect(again).toMatchObject({ code: 0, stdout: "out: 0 done, 3 already up to date\n", stderr: note });
});

it("prints a command that works and shows the colours", () => {
  const { folder, decode } = folderOfMasks();
  const { stderr } = decode("my masks/some.png", "--legend", "red.csv", "--out", "out");
  const [, file] = /: labelmap inspect '(.*)' --legend red\.csv$/m.exec(stderr)!;
  const { code, stdout } = runCli(["inspect", file!, "--legend", "red.csv"], { cwd: folder });
  expect([code, stdout]).toEqual([0, expect.stringMatching(/#0000ff +1 +25\.00 %/)]);
});

it("repeats the flags that change what is unlabelled", () => {
  const { decode } = folderOfMasks();
  const flags = ["--encoding", "colors", "--snap", "neighbours:9", "--transparent", "unlabelled"];
  const { stderr } = decode("my masks/all.png", "--legend", "red.csv", "--out", "out", ...flags);
  expect(stderr).toContain(`--legend red.csv ${flags.join(" ")}\n`);
});

it("suggests a command that reads a data set with the same flags", () => {
  const { folder, decode } = folderOfMasks();
  // Without --suffix and --read, the photo and the masks of the other folder would be masks too.
  for (const path of ["my set/a/some_mask.png", "my set/b/all_mask.png", "my set/a/some.png"]) {
    mkdirSync(join(folder, path, ".."), { recursive: true });
    writeFileSync(join(folder, path), drawn([RED, RED, RED, BLUE]));
  }
  const flags = ["--legend", "red.csv", "--suffix", "_mask", "--read", "masks=a", "--class-by", "name"];
  const { code, stderr } = decode("my set", "--out", "out", "--map", "semantic", ...flags);
  expect([code, stderr]).toEqual([0, expect.stringContaining("1 image has 1 unlabelled pixel")]);
  const [, command] = /: (labelmap inspect .*)$/m.exec(stderr)!;
  const inspected = runShell(command!, { cwd: folder });
  expect(inspected).toMatchObject({ code: 0, stderr: "" });
  expect(inspected.stdout).toContain("1 image,");
  expect(inspected.stdout).toContain("#0000ff  1 pixel in 1 image");
});

it("says nothing if every pixel has a label", () => {
  const { decode } = folderOfMasks();
  expect(decode("my masks/none.png", "--legend", "red.csv", "--out", "out").stderr).toBe("");
});

it("says it on standard error too if the labels go to standard output", () => {
  const { decode } = folderOfMasks();
  expect(decode("my masks/some.png", "--legend", "red.csv", "--out", "-").stderr).toBe(
    "  1 image has 1 unlabelled pixel, 25.00 % of its pixels; to see their colours or ids: labelmap inspect 'my masks/some.png' --legend red.csv\n",
  );
});

it("counts the pixels of the mask, not those of the resized output", () => {
  const { folder, decode } = folderOfMasks();
  const { stderr } = decode("my masks/some.png", "--legend", "red.csv", "--out", "out", "--resize", "8x2");
  expect(stderr).toContain("1 image has 1 unlabelled pixel, 25.00 % of its pixels");
  expect(readFileSync(join(folder, "out/npy/some.npy")).length).toBe(128 + 8 * 2 * 4);
});

it("names the job with the most, of several the first by name, in whatever order they come", () => {
  const count = new UnlabelledCount();
  expect(count.total).toEqual({ images: 0, pixels: 0, share: 0, worst: null });
  for (const [job, unlabelledPixels] of [
    ["d", 1],
    ["c", 5],
    ["b", 5],
    ["e", 0],
  ] as const) {
    count.add({ job, unlabelledPixels, pixels: 10 });
  }
  expect(count.total).toEqual({ images: 3, pixels: 11, share: 11 / 30, worst: "b" });
  count.add({ job: "z", unlabelledPixels: 1 });
  expect(count.total).toEqual({ images: 4, pixels: 12, share: null, worst: "b" });
});
