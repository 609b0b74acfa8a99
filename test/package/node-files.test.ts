/**
 * The files that Node loads: few, and no code from two of them. With two copies of the parts' registry a part would be
 * missing though it is imported, and with two copies of an error's class `instanceof` would be false.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { loadedFiles } from "../support/loaded-files.js";
import { CLI } from "../support/run-cli.js";
import { runNode } from "../support/run-node.js";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const { exports } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as {
  exports: Record<string, string | { readonly node?: string; readonly default: string }>;
};
/** The entry points without the bundles for pages, which Node does not mix with the others. */
const places = Object.keys(exports).filter(
  (place) => typeof exports[place] === "object" && !place.startsWith("./browser"),
);
const nameOf = (place: string) => `labelmap${place.slice(1)}`;
/** It refuses to run outside a worker. */
const entryPoints = places.filter((place) => place !== "./loader/worker").map(nameOf);

const evaluate = (program: string) => ["--input-type=module", "--eval", program];
const run = (program: string): unknown => JSON.parse(runNode(evaluate(program), { cwd: ROOT }));

describe("an entry point in Node", () => {
  it.each(places)("%s is a file of dist/node", (place) => {
    const { node } = exports[place] as { node?: string };
    expect(node).toMatch(/^\.\/dist\/node\/[a-z-]+\.js$/);
    expect(existsSync(join(ROOT, node!))).toBe(true);
  });

  it.each(entryPoints)("%s loads nothing else of the library", (name) => {
    const { files } = loadedFiles(evaluate(`import ${JSON.stringify(name)};`));
    const ours = files.filter((file) => !file.startsWith("node_modules/"));
    expect(ours).not.toEqual([]);
    expect(ours.filter((file) => !file.startsWith("dist/node/"))).toEqual([]);
  });

  it.each(entryPoints)("%s throws the errors of labelmap, and shares every class with it", (name) => {
    const program = `
      import * as entryPoint from ${JSON.stringify(name)};
      import * as labelmap from "labelmap";
      import { ERROR_CODES } from "labelmap/error-codes";
      const seen = [];
      for (const [key, value] of Object.entries(entryPoint)) {
        if (key in labelmap) seen.push([key, value === labelmap[key]]);
        if (value?.prototype instanceof Error) {
          seen.push([key, value === labelmap.LabelMapError || value.prototype instanceof labelmap.LabelMapError]);
        }
        if (typeof value !== "function") continue;
        try {
          const answer = await (/^[A-Z]/.test(key) ? new value(Symbol(), 1) : value(Symbol(), 1));
          await answer?.[Symbol.asyncIterator]?.().next();
        } catch (error) {
          if (error.code in ERROR_CODES) seen.push([key + "()", error instanceof labelmap.LabelMapError]);
        }
      }
      console.log(JSON.stringify(seen));`;
    const seen = run(program) as [string, boolean][];
    expect(seen.filter(([, isShared]) => !isShared)).toEqual([]);
    // They have no function, or none that checks its arguments at once.
    const hasNothing = /^labelmap\/(snap|stream|upng|error-codes|node)$/.test(name);
    expect(seen.length > 0).toBe(!hasNothing);
  });

  it("starts the loader's worker with a file of dist/node", () => {
    const { files, stdout } = loadedFiles(["test/support/load-one.mjs"]);
    expect(stdout).toBe("4096\n");
    expect(files).toContain("dist/node/loader-worker.js");
    expect(files.filter((file) => /^dist\/(?!node\/)/.test(file))).toEqual([]);
  });

  it("has no code in two files", () => {
    const places = new Map<string, string[]>();
    for (const file of readdirSync(join(ROOT, "dist/node"))) {
      const code = readFileSync(join(ROOT, "dist/node", file), "utf8");
      for (const [, source] of code.matchAll(/^\/\/ ((?:dist|node_modules)\/\S+)$/gm)) {
        places.set(source!, [...(places.get(source!) ?? []), file]);
      }
    }
    expect(places.get("dist/decode/parts.js")).toEqual(["decoder.js"]);
    expect(places.get("dist/errors.js")).toEqual(["base.js"]);
    expect([...places].filter(([, files]) => files.length > 1)).toEqual([]);
  });
});

describe("the command", () => {
  it.each(["--version", "--help", "help"])("loads no file of the library for `labelmap %s`", (flag) => {
    const { files, stdout } = loadedFiles([CLI, flag]);
    expect(stdout).toMatch(flag === "--version" ? /^\d+\.\d+\.\d+\n$/ : /Usage: labelmap/);
    expect(files).toContain("cli/dist/main.js");
    expect(files.filter((file) => !/^(cli\/dist|node_modules\/commander)\//.test(file))).toEqual([]);
  });

  it("loads the library's files for Node once a command needs them", () => {
    const { files } = loadedFiles([CLI, "inspect", "sample/mask.png", "--legend", "sample/result.json"]);
    expect(files).toContain("dist/node/decoder.js");
    expect(files.filter((file) => /^dist\/(?!node\/)/.test(file))).toEqual([]);
    // The client of the vendor's API.
    expect(files).not.toContain("dist/node/playment.js");
  });
});
