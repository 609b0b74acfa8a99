/** What `npm run mutate -- assembly` changes and leaves alone; and its table of equivalents names mutants that exist. */
import { describe, expect, it } from "vitest";
import { isEntryOf, readTable } from "../mutation/equivalents.mjs";
import { applyMutant, findMutants } from "../mutation/mutants.mjs";
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

  it.each(readTable())("hold the equivalent $from → $to of $file: $code", (entry) => {
    for (const to of [entry.to].flat()) {
      const isThere = mutants.some((mutant) =>
        isEntryOf({ ...entry, to }, mutant, sources.get(mutant.file)!),
      );
      expect(isThere, `${to}: update test/mutation/equivalents.json`).toBe(true);
    }
    expect(entry.reason.length).toBeGreaterThan(20);
  });
});
