/** The architecture holds, and the check that says so notices each way of breaking it. */
import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { entryPointsOf, findViolations, ROOMS, readSources } from "../../scripts/check-layers.mjs";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const sources = readSources(ROOT);
const entryPoints = entryPointsOf(ROOT);

/** What the check says once these lines stand at the head of these files. */
function plant(lines: Record<string, string>): string[] {
  const planted = new Map(sources);
  for (const [file, line] of Object.entries(lines)) {
    planted.set(file, `${line}\n${planted.get(file) ?? ""}`);
  }
  return findViolations(planted, entryPoints);
}

it("finds nothing wrong in both packages", () => {
  expect(sources.size).toBeGreaterThan(200);
  expect(findViolations(sources, entryPoints)).toEqual([]);
});

it("allows only rooms and a few files in src/", () => {
  const entries = readdirSync(`${ROOT}/src`);
  const files = entries.filter((name) => name.endsWith(".ts"));
  expect(files).toEqual(["all.ts", "error-codes.ts", "errors.ts", "index.ts", "version.ts"]);
  expect(entries.filter((name) => !files.includes(name) && !ROOMS.includes(name))).toEqual([]);
});

describe("a planted violation", () => {
  it.each([
    ["a value", 'import { decodeMask } from "../decode/decode.js";'],
    ["a type", 'import type { DecodeOptions } from "../decode/decode-options.js";'],
    ["a re-export", 'export * from "../decode/decode.js";'],
    ["a call of import()", 'void import("../decode/decode.js");'],
    ["the type of an import()", 'type Options = import("../decode/decode-options.js").DecodeOptions;'],
  ])("of a lower room that imports a higher one shows: %s", (_, line) => {
    const [violation, ...others] = plant({ "src/geometry/flip.ts": line });
    expect(violation).toMatch(
      /^src\/geometry\/flip\.ts imports src\/decode\/.*: decode\/ is above geometry\/$/,
    );
    expect(others.every((other) => other.startsWith("import cycle"))).toBe(true);
  });

  it("of a room that imports the public core shows", () => {
    expect(plant({ "src/geometry/flip.ts": 'import "../index.js";' })).toContain(
      "src/geometry/flip.ts imports src/index.ts, which is above it",
    );
  });

  it("of a room without a place in the order shows", () => {
    expect(plant({ "src/utils/all.ts": 'import "../geometry/flip.js";' })).toEqual([
      "src/utils/all.ts imports src/geometry/flip.ts: give both rooms a place in ROOMS",
    ]);
  });

  it("of a cycle inside a room shows, also of types alone", () => {
    expect(
      plant({
        "src/maps/views.ts": 'import type { LabelMap } from "./label-map.js";',
      }).join(),
    ).toMatch(/import cycle: .*src\/maps\/(label-map|views)\.ts → /);
  });

  it("of a command that reaches into the library shows", () => {
    expect(plant({ "cli/src/input.ts": 'import "../../src/errors.js";' })).toEqual([
      "cli/src/input.ts reaches into the library: src/errors.ts; import a published entry point",
    ]);
    expect(plant({ "cli/src/input.ts": 'import "labelmap/dist/errors.js";' })).toEqual([
      "cli/src/input.ts imports labelmap/dist/errors.js, which the library does not publish",
    ]);
    expect(plant({ "cli/explorer/src/main.tsx": 'import "../../../dist/index.js";' })).toEqual([
      "cli/explorer/src/main.tsx reaches into the library: dist/index.ts; import a published entry point",
    ]);
  });

  it("of a library that imports the command shows", () => {
    expect(plant({ "src/dataset/node.ts": 'import "../../cli/src/main.js";' })).toEqual([
      "src/dataset/node.ts imports the command: cli/src/main.ts",
    ]);
    expect(plant({ "src/dataset/node.ts": 'import "labelmap-cli/batch";' })).toEqual([
      "src/dataset/node.ts imports the command: labelmap-cli/batch",
    ]);
  });

  it("of a core that calls import() shows, but not that of another file, nor the type of an import()", () => {
    const call = 'export const later = () => import("./label.js");';
    expect(plant({ "src/maps/views.ts": call })).toEqual([
      "src/maps/views.ts is part of the core and calls import()",
    ]);
    expect(plant({ "src/maps/relabel.ts": call })).toEqual([]);
    expect(plant({ "src/maps/views.ts": 'export type Label = import("./label.js").Label;' })).toEqual([]);
  });

  it.each(["node:fs", "ky"])("of a core that uses %s shows", (name) => {
    expect(plant({ "src/maps/views.ts": `import ${JSON.stringify(name)};` })).toEqual([
      `src/maps/views.ts is part of the core and imports ${name}`,
    ]);
  });
});
