/** What `npm run mutate` changes and leaves alone, and how it judges; its table of equivalents names mutants that exist. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { isEntryOf, readTable } from "../mutation/equivalents.mjs";
import { applyMutant, findMutants } from "../mutation/mutants.mjs";
import { judgeReport } from "../mutation/rooms.mjs";
import { allMutants, readSources } from "../mutation/sources.mjs";

const changesOf = (text: string) =>
  findMutants("assembly/a.ts", text).map((mutant) => applyMutant(text, mutant));

describe("the mutants of a line", () => {
  it.each([
    ["f(a < b)", ["f(a <= b)", "f(a >= b)"]],
    ["f(a >= b)", ["f(a > b)", "f(a < b)"]],
    ["f(a === b)", ["f(a !== b)"]],
    ["f(a && !b)", ["f(a || !b)", "f(a && b)"]],
    ["f(a << b)", ["f(a >> b)"]],
    ["f(a >>> b)", ["f(a << b)"]],
    ["f((a) + /* + */ b)", ["f((a) - /* + */ b)"]],
    ["a += b", ["a -= b"]],
    ["a <<= b", ["a >>= b"]],
    ["f(a++, --b)", ["f(a--, --b)", "f(a++, ++b)"]],
    ["f(7)", ["f(8)", "f(6)"]],
    ["f(0x0f)", ["f(0x10)", "f(0xe)"]],
    ["f(0, true)", ["f(1, true)", "f(-1, true)", "f(0, false)"]],
    ["f(min(a, b))", ["f(max(a, b))"]],
    ["f(WINDOW_BYTES)", ["f((WINDOW_BYTES + 1))", "f((WINDOW_BYTES - 1))"]],
    ["const WINDOW_BYTES: usize = 4;", ["const WINDOW_BYTES: usize = 5;", "const WINDOW_BYTES: usize = 3;"]],
  ])("%s", (text, expected) => {
    expect(changesOf(text)).toEqual(expected);
  });

  it.each([
    ["comments and strings", '/* a < 1 */ f("a < 1"); // 2 + 3'],
    ["types and type arguments", "function f<P>(a: u8): i32 { return load<u8>(a); }"],
    ["imports and exports", 'import { WINDOW_BYTES } from "./inflate"; export { SOME_BYTES } from "./b";'],
    ["members", "f(Status.TOO_LONG)"],
    ["what is checked in the checked module only", "check(a + 1 < b)"],
    ["the step of a loop", "for (;;a++) f(a);"],
    ["a variable's first number", "let width: u32 = 0; export let height: u32 = 0;"],
  ])("leave %s alone", (_, text) => {
    expect(changesOf(text)).toEqual([]);
  });

  it("have the line on which they are, behind characters of more than a byte", () => {
    const [first] = findMutants("assembly/a.ts", "/** ─▶ */\nf(\n  a | b);");
    expect(first).toMatchObject({ line: 3, from: "|", to: "&" });
  });
});

describe("the mutants of assembly/", () => {
  const sources = readSources();
  const mutants = allMutants(sources);

  it("hold the one that keeps a byte less of the window", () => {
    const found = mutants.filter(
      ({ file, from, to, line }) =>
        file === "assembly/fused.ts" &&
        from === "WINDOW_BYTES" &&
        to === "(WINDOW_BYTES - 1)" &&
        sources.get(file)!.split("\n")[line - 1]!.includes("output - windowStart"),
    );
    expect(found.length).toBe(1);
  });

  it.each(readTable().filter(({ file }) => file.startsWith("assembly/")))(
    "hold the equivalent $from → $to of $file: $code",
    (entry) => {
      for (const to of [entry.to].flat()) {
        const isThere = mutants.some((mutant) =>
          isEntryOf({ ...entry, to }, mutant, sources.get(mutant.file)!),
        );
        expect(isThere, `${to}: update test/mutation/equivalents.json`).toBe(true);
      }
      expect(entry.reason.length).toBeGreaterThan(20);
    },
  );
});

describe("the mutants of a room", () => {
  const root = fileURLToPath(new URL("../..", import.meta.url));
  const entries = readTable().filter(({ file }) => !file.startsWith("assembly/"));
  it.each(entries)(
    "have the line of the equivalent $from → $to of $file: $code",
    ({ file, code, from, reason }) => {
      const text = readFileSync(`${root}/${file}`, "utf8");
      const lines = text.split("\n").map((line) => line.trim());
      expect(lines, "update test/mutation/equivalents.json").toContain(code);
      expect(text).toContain(from);
      expect(code).toContain(from.split("\n")[0]);
      expect(reason.length).toBeGreaterThan(20);
    },
  );

  const source = "const a = 1;\nif (a > 0 || b(a,\n  1)) c();\n";
  const mutantOf = (
    status: string,
    [line, column]: number[],
    [endLine, endColumn]: number[],
    to: string,
  ) => ({
    status,
    location: { start: { line, column }, end: { line: endLine, column: endColumn } },
    replacement: to,
  });
  const mutants = [
    mutantOf("Killed", [1, 11], [1, 12], "2"),
    mutantOf("Timeout", [2, 5], [2, 10], "true"),
    mutantOf("Survived", [2, 5], [2, 10], "a >= 0"),
    mutantOf("NoCoverage", [2, 14], [3, 5], "true"),
    mutantOf("Ignored", [3, 7], [3, 10], "d()"),
  ];
  const files = { "src/a.ts": { source, mutants } };

  it("count unless they are ignored, and survivors are listed", () => {
    const { lines, score } = judgeReport({ files }, []);
    expect(score).toBe(50);
    expect(lines.slice(0, 2)).toEqual([
      "survived: src/a.ts:2 a > 0 → a >= 0",
      "uncovered: src/a.ts:2 b(a, 1) → true",
    ]);
  });

  it("do not count if the table names them", () => {
    const entry = { file: "src/a.ts", code: "if (a > 0 || b(a,", reason: "none" };
    const table = [
      { ...entry, from: "a > 0", to: ["a >= 0", "true"] },
      { ...entry, from: "b(a,\n  1)", to: "true" },
      { ...entry, from: "a", to: "2" },
    ];
    // A mutant that a test kills counts, whatever the table says.
    expect(judgeReport({ files }, table).score).toBe(100);
    expect(judgeReport({ files }, table).lines.slice(1)).toEqual([
      "src/a.ts: 100.0 %: 1 killed, 1 hang, 0 survived, 0 not reached by a test; not counted: 2 equivalent",
      "all: 100.0 %: 1 killed, 1 hang, 0 survived, 0 not reached by a test; not counted: 2 equivalent",
    ]);
    expect(judgeReport({ files }, table.slice(0, 1)).score).toBeCloseTo(66.7, 1);
    expect(judgeReport({ files: {} }, []).score).toBeNull();
  });
});
