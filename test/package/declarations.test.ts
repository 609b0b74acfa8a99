/**
 * The declarations as a stranger's compiler reads them, with `skipLibCheck: false`: the oldest supported TypeScript and
 * the newest, with and without the types of the DOM and of Node, and without the optional peers of labelmap-cli.
 */
import { execFile } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { publishedManifest } from "../../scripts/pack.mjs";
import { CONST_OPTIONS } from "../support/const-options.js";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const PACKAGES = { labelmap: ROOT, "labelmap-cli": join(ROOT, "cli") };
/** What the packages' dependencies and every program for Node have. */
const OTHERS = ["@types/node", "@rgrove/parse-xml"];
const COMPILERS = {
  // Installed by `npm run docs:tools`.
  "5.4": join(ROOT, "test/typescript/node_modules/typescript/bin/tsc"),
  newest: join(ROOT, "node_modules/typescript/bin/tsc"),
};

const project = mkdtempSync(join(tmpdir(), "labelmap-types-"));
afterAll(() => rmSync(project, { recursive: true, force: true }));

/** The entry points with types. */
let entries: string[];
beforeAll(() => {
  const modules = join(project, "node_modules");
  entries = Object.entries(PACKAGES).flatMap(([name, folder]) => {
    const target = join(modules, name);
    cpSync(join(folder, "dist"), join(target, "dist"), {
      recursive: true,
      filter: (path) => !/\.\w+$/.test(path) || path.endsWith(".d.ts"),
    });
    const manifest = publishedManifest(folder);
    writeFileSync(join(target, "package.json"), JSON.stringify(manifest));
    const exports: Record<string, { types?: string }> = manifest.exports;
    return Object.keys(exports)
      .filter((place) => exports[place]!.types !== undefined)
      .map((place) => name + place.slice(1));
  });
  for (const name of OTHERS) {
    mkdirSync(join(modules, name, ".."), { recursive: true });
    symlinkSync(join(ROOT, "node_modules", name), join(modules, name));
  }
  writeFileSync(join(project, "package.json"), '{ "private": true, "type": "module" }\n');
});

/** What the compiler says of a program. */
async function compile(compiler: string, options: object, program: string): Promise<string> {
  const compilerOptions = {
    ...{ strict: true, noEmit: true, skipLibCheck: false, target: "es2022", module: "nodenext" },
    ...options,
  };
  writeFileSync(join(project, "program.ts"), program);
  writeFileSync(join(project, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["program.ts"] }));
  const { stdout } = await promisify(execFile)(process.execPath, [compiler, "-p", "."], {
    cwd: project,
  }).catch((error) => error);
  return stdout;
}

const importing = (names: readonly string[]) =>
  names.map((name, place) => `export * as entry${place} from "${name}";`).join("\n");

const STRICTEST = { exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true };
const NODE = { lib: ["es2023"], types: ["node"], ...STRICTEST };
const PAGE = { lib: ["es2023", "dom"], types: [], module: "esnext", moduleResolution: "bundler" };
const BARE = { lib: ["es2022"], types: [] };

const USE = `
import { decodeMask, init, type LabelMap, type WasmSource } from "labelmap";
import { encodeNpy } from "labelmap/formats";
declare const png: Uint8Array;
const map: LabelMap = await decodeMask(png, { "#000000": "road" });
export const bytes = encodeNpy(map);
declare const source: WasmSource;
await init({ wasm: source });
await init({ wasm: png });
await init({ wasm: Promise.resolve(png.buffer as ArrayBuffer) });
await init({ wasm: "labelmap.wasm" });
// @ts-expect-error
await init({ wasm: 5 });
// @ts-expect-error
await init({ wasm: { path: "labelmap.wasm" } });
`;
const USE_WITH_PLATFORM = `${USE}
await init({ wasm: new URL("https://localhost/labelmap.wasm") });
await init({ wasm: fetch("labelmap.wasm") });
await init({ wasm: await fetch("labelmap.wasm") });
await init({ wasm: new Blob([]) });
`;
const USE_IN_PAGE = `${USE_WITH_PLATFORM}
await init({ wasm: await WebAssembly.compileStreaming(fetch("labelmap.wasm")) });
await init({ wasm: WebAssembly.compileStreaming(fetch("labelmap.wasm")) });
new Blob([bytes, map.toRGBA()]);
new ImageData(map.toRGBA(), map.width, map.height);
`;

describe.each(Object.entries(COMPILERS))("TypeScript %s accepts", (_, compiler) => {
  const check = it.skipIf(!existsSync(compiler));
  // Each run of the old compiler takes long, and these two say nothing new of it.
  const checkNewest = it.runIf(compiler === COMPILERS.newest);

  check("every entry point, in Node without the DOM", async () => {
    expect(entries.length).toBeGreaterThan(30);
    expect(await compile(compiler, NODE, importing(entries) + USE_WITH_PLATFORM)).toBe("");
  });

  check("every entry point of the library, in a page", async () => {
    const names = entries.filter((name) => !name.startsWith("labelmap-cli"));
    expect(await compile(compiler, PAGE, importing(names) + USE_IN_PAGE)).toBe("");
  });

  check("options that are kept in a const", async () => {
    expect(await compile(compiler, NODE, CONST_OPTIONS)).toBe("");
  });

  checkNewest("the library without types of any platform, apart from the HTTP client", async () => {
    const names = entries.filter((name) => !/^labelmap-cli|\/playment$/.test(name));
    expect(await compile(compiler, BARE, importing(names) + USE)).toBe("");
  });

  checkNewest("and still finds what is wrong", async () => {
    const said = await compile(compiler, BARE, `${USE}\nexport const wrong: string = bytes;`);
    expect(said).toMatch(
      /^program\.ts\(17,14\): error TS2322: Type 'Uint8Array(<ArrayBuffer>)?' is not .*\n$/,
    );
  });
});

it("has no parameter of a typed array in a declaration, which TypeScript 5.6 does not know", () => {
  const found = Object.values(PACKAGES).flatMap((folder) =>
    readdirSync(join(folder, "dist"), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".d.ts"))
      .filter((name) => /Array<ArrayBuffer/.test(readFileSync(join(folder, "dist", name), "utf8"))),
  );
  expect(found).toEqual([]);
});
