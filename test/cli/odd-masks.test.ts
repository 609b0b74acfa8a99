/** Masks like those that people ask about in public: the command gives the right value or says what to do. */
import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { decodeNpy } from "labelmap/formats";
import { expect, it } from "vitest";
import { makeFolder, runCli } from "../support/run-cli.js";

const folder = makeFolder();
const fixture = (name: string) => fileURLToPath(new URL(`../fixtures/public/${name}`, import.meta.url));

it("--transparent says what fully transparent pixels are, in inspect and in decode", () => {
  const mask = fixture("transparent-unlabelled.png");
  const counts = (...flags: string[]) => {
    const { labels, unlabelled, issues } = JSON.parse(runCli(["inspect", mask, "--json", ...flags]).stdout);
    const codes = issues.map(({ code }: { code: string }) => code);
    return [...labels.map((label: { pixelCount: number }) => label.pixelCount), unlabelled.count, codes];
  };
  expect(counts()).toEqual([18, 6, 0, ["transparent-pixels"]]);
  expect(counts("--transparent", "ignore-alpha")).toEqual([18, 6, 0, ["transparent-pixels"]]);
  expect(counts("--transparent", "unlabelled")).toEqual([12, 5, 7, []]);

  const out = join(folder, "out");
  const { code, stderr } = runCli(["decode", mask, "--transparent", "unlabelled", "--out", out]);
  expect([code, stderr]).toEqual([0, expect.any(String)]);
  const { data } = decodeNpy(readFileSync(join(out, "npy/transparent-unlabelled.npy")));
  expect([0, 1, -1].map((label) => [...data].filter((value) => value === label).length)).toEqual([12, 5, 7]);
});

it("--transparent needs a legend", () => {
  const alone = join(folder, "alone.png");
  copyFileSync(fixture("transparent-unlabelled.png"), alone);
  const { code, stderr } = runCli(["inspect", alone, "--transparent", "unlabelled"]);
  expect([code, stderr]).toEqual([2, expect.stringContaining("--transparent need a legend")]);
});

it("inspect refuses colours of 16 bits with the remedy", () => {
  const alone = join(folder, "rgb-16-bit-ids.png");
  copyFileSync(fixture("rgb-16-bit-ids.png"), alone);
  const { code, stdout, stderr } = runCli(["inspect", alone]);
  expect([code, stdout]).toEqual([1, ""]);
  expect(stderr).toMatch(/PNG_16_BIT_COLORS.*rgb-16-bit-ids\.png.*--encoding synthia.*8 bits per sample/);
});

it("inspect lists the colours of a mask whose tIME has a wrong CRC, and says so", () => {
  const { code, stdout } = runCli(["inspect", "--json", fixture("time-wrong-crc.png")]);
  const { colors, issues } = JSON.parse(stdout);
  expect(code).toBe(0);
  expect(
    colors.map((entry: { color: string; pixelCount: number }) => [entry.color, entry.pixelCount]),
  ).toEqual([
    ["#ff0000", 12],
    ["#00ff00", 6],
    ["#0000ff", 6],
  ]);
  expect(issues).toEqual([expect.objectContaining({ code: "png-crc" })]);
});

it("names a Git LFS pointer", () => {
  const pointer = join(folder, "pointer.png");
  writeFileSync(pointer, "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 9\n");
  const { code, stderr } = runCli(["inspect", pointer]);
  expect([code, stderr]).toEqual([1, expect.stringMatching(/PNG_SIGNATURE.*Git LFS pointer.*git lfs pull/)]);
});
