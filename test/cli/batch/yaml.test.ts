/** The class names in YOLO's data.yaml: readers of YAML 1.1 and 1.2 give back every character. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ClassList } from "labelmap";
import { runBatch } from "labelmap-cli/batch";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { yamlScalar } from "../../../cli/src/batch/yaml-scalar.js";
import { findPythonWith } from "../../../scripts/python.mjs";
import { newFolder } from "../../support/batch-folder.js";
import { runProgram } from "../../support/run-cli.js";

const python = findPythonWith("yaml");
const itWithPyYaml = it.skipIf(python === undefined && !process.env.CI);

/** Reads a file of YAML with PyYAML, and gives the code points of each name. */
const READ_NAMES = `
import json, sys, yaml
data = yaml.safe_load(open(sys.argv[1], "rb"))
print(json.dumps([[ord(c) for c in name] for name in data["names"].values()]))
`;

const LINE = [
  "name: x",
  "- x",
  "#x",
  "x # y",
  "yes",
  "null",
  "12",
  "1_000",
  "~",
  "&a",
  "*a",
  "%a",
  "@a",
  "{}",
  "''",
  '"',
];
const CONTROLS = Array.from({ length: 0xa0 }, (_, code) => `a${String.fromCharCode(code)}b`).slice(1);
const OTHERS = [
  0x00, 0xa0, 0xad, 0x200b, 0x2028, 0x2029, 0xfeff, 0xfffd, 0xfffe, 0xffff, 0xd7ff, 0xe000, 0xfdd0,
]
  .concat([0x10000, 0x1f600, 0x1fffe, 0x10ffff])
  .flatMap((code) => [
    String.fromCodePoint(code),
    `a${String.fromCodePoint(code)}`,
    `${String.fromCodePoint(code)}b`,
  ]);
const NAMES = [
  ...LINE,
  ...CONTROLS,
  ...OTHERS,
  "Straße",
  "信号机",
  "a \u0085 b",
  "a \u2028 b",
  "a \u2029 b",
  " a ",
  "a  b",
  "\\u0041",
  "x".repeat(500),
  `${"wort ".repeat(60)}`,
];

async function dataYaml(names: readonly string[]): Promise<string> {
  const out = newFolder();
  const source = { isRechecked: false, load: () => Promise.reject(new Error("no task")) };
  const classes = ClassList.fromNames(names);
  await runBatch({ tasks: [], source, out, output: { format: "yolo", classes, things: [] }, threads: 1 });
  return join(out, "yolo/data.yaml");
}

describe("the names in data.yaml", () => {
  const codesOf = (names: readonly string[]) =>
    names.map((name) => [...name].map((character) => character.codePointAt(0)));

  it("are what a reader of YAML 1.1 and one of YAML 1.2 find", async () => {
    const names = [...new Set(NAMES)];
    const text = readFileSync(await dataYaml(names), "utf8");
    for (const version of ["1.1", "1.2"] as const) {
      const data = parse(text, { version });
      expect(codesOf(Object.values(data.names as Record<string, string>)), version).toEqual(codesOf(names));
      expect(data).toMatchObject({ path: ".", train: "images", val: "images" });
    }
  });

  itWithPyYaml("are what PyYAML finds", async () => {
    const names = [...new Set(NAMES)];
    const { stdout, stderr } = runProgram(python!, ["-c", READ_NAMES, await dataYaml(names)], {});
    expect(stderr).toBe("");
    expect(JSON.parse(stdout)).toEqual(codesOf(names));
  });

  itWithPyYaml("have any character of the Basic Multilingual Plane, and of the planes above", async () => {
    const codes = Array.from({ length: 0x10000 }, (_, code) => code).filter(
      (code) => code < 0xd800 || code > 0xdfff,
    );
    const characters = [...codes, 0x10000, 0x1f600, 0x10ffff].map((code) => String.fromCodePoint(code));
    const names: string[] = [];
    for (let at = 0; at < characters.length; at += 256) names.push(characters.slice(at, at + 256).join(""));
    const { stdout } = runProgram(python!, ["-c", READ_NAMES, await dataYaml(names)], {});
    expect(JSON.parse(stdout)).toEqual(codesOf(names));
  });

  it("stay readable where they can", () => {
    expect(yamlScalar("Straße 信号机 😀")).toBe('"Straße 信号机 😀"');
    expect(yamlScalar('a"\\\n\u0085\u2028\ufeff')).toBe('"a\\"\\\\\\n\\u0085\\u2028\\ufeff"');
  });
});
