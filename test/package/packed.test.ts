/** Both packages as a stranger gets them: packed, and installed from their tarballs into empty folders. */
import { execFileSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, posix, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { packAll } from "../../scripts/pack.mjs";
import { FIXTURES } from "../support/corpus.mjs";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const SAMPLE = "street-1080p-rgb-upng";
/** labelmap, its five dependencies, and nothing that these bring. */
const MAX_LIBRARY_PACKAGES = 6;

const work = mkdtempSync(join(tmpdir(), "labelmap-packed-"));
afterAll(() => rmSync(work, { recursive: true, force: true }));

let tarballs: { library: string; command: string };
beforeAll(() => {
  tarballs = packAll(work);
});

/** An empty project into which tarballs are installed. */
function install(name: string, ...files: string[]): string {
  const folder = join(work, name);
  mkdirSync(folder);
  writeFileSync(join(folder, "package.json"), '{ "private": true, "type": "module" }\n');
  const options = ["--prefer-offline", "--no-audit", "--no-fund", "--loglevel=error"];
  execFileSync("npm", ["install", ...options, ...files], { cwd: folder, stdio: "pipe" });
  // As the guides do. The command looks for a legend beside the mask, under its name.
  const sample = join(folder, "node_modules/labelmap/sample");
  cpSync(join(sample, "mask.png"), join(folder, "mask.png"));
  cpSync(join(sample, "result.json"), join(folder, "mask.json"));
  return folder;
}

interface Manifest {
  readonly name: string;
  readonly scripts?: Record<string, string>;
}

/** The manifests of all packages in a project, and the paths of all their files. */
function contentOf(folder: string): { manifests: Manifest[]; files: string[] } {
  const files = readdirSync(join(folder, "node_modules"), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + "/node_modules/".length));
  const manifests = files
    .filter((file) => /(^|node_modules\/)(@[^/]+\/)?[^/]+\/package\.json$/.test(file))
    .map((file): Manifest => JSON.parse(readFileSync(join(folder, "node_modules", file), "utf8")));
  return { manifests, files };
}

function filesOf(tarball: string): string[] {
  const listing = execFileSync("tar", ["-tzf", basename(tarball)], { cwd: work, encoding: "utf8" });
  return listing.trim().split("\n");
}

function run(folder: string, program: string): string {
  writeFileSync(join(folder, "program.mjs"), program);
  return execFileSync(process.execPath, ["program.mjs"], { cwd: folder, encoding: "utf8" }).trim();
}

const DECODE = `
  import { readFile } from "node:fs/promises";
  import { decodeMask } from "labelmap";
  const map = await decodeMask(await readFile("mask.png"), await readFile("mask.json", "utf8"));
  console.log(map.width, map.height, map.labels.length, map.unlabelled.count);
`;

describe("the library in an empty project", () => {
  it("adds six packages, no native code and no install script, and decodes", () => {
    const folder = install("library", tarballs.library);
    const { manifests, files } = contentOf(folder);
    console.log(`labelmap installs ${manifests.length} packages`);
    expect(manifests.map(({ name }) => name)).toContain("labelmap");
    expect(manifests.length).toBeLessThanOrEqual(MAX_LIBRARY_PACKAGES);
    expect(files.filter((file) => /\.node$|binding\.gyp$/.test(file))).toEqual([]);
    for (const { name, scripts = {} } of manifests) {
      const atInstall = Object.keys(scripts).filter((script) => /^(pre|post)?install$/.test(script));
      expect(atInstall, name).toEqual([]);
    }
    expect(run(folder, DECODE)).toBe("1920 1080 43 0");
  });

  it("has the sample of the guides, which is one of the fixtures", () => {
    const folder = join(ROOT, "sample");
    for (const [file, ending] of [
      ["mask.png", "png"],
      ["result.json", "json"],
    ]) {
      expect(filesOf(tarballs.library)).toContain(`package/sample/${file}`);
      const fixture = readFileSync(join(FIXTURES, `${SAMPLE}.${ending}`));
      expect(readFileSync(join(folder, file!)).equals(fixture), file).toBe(true);
    }
  });

  it("carries no explorer, no screenshot of it and no source map of scripts", () => {
    const files = filesOf(tarballs.library);
    expect(files).toContain("package/dist/labelmap.wasm");
    expect(files.filter((file) => /explorer|\.(?<!\.d\.ts\.)map$/.test(file))).toEqual([]);
  });

  it("carries the source of each declaration, which an editor finds by its map", () => {
    const files = new Set(filesOf(tarballs.library));
    const maps = [...files].filter((file) => file.endsWith(".d.ts.map"));
    expect(maps.length).toBeGreaterThan(100);
    for (const file of maps) {
      const path = file.slice("package/".length);
      expect(files).toContain(`package/${path.replace(/\.map$/, "")}`);
      const { sources } = JSON.parse(readFileSync(join(ROOT, path), "utf8")) as { sources: string[] };
      const found = sources.map((source) => posix.join(posix.dirname(file), source));
      expect(found.filter((source) => !files.has(source))).toEqual([]);
    }
  });
});

describe("the pair in an empty project", () => {
  it("is the command, the explorer, the batches and the library", () => {
    const folder = install("pair", tarballs.library, tarballs.command);
    const { manifests } = contentOf(folder);
    console.log(`labelmap-cli installs ${manifests.length} packages, labelmap's among them`);
    expect(manifests.map(({ name }) => name)).toEqual(expect.arrayContaining(["labelmap", "labelmap-cli"]));
    const command = (...args: string[]) =>
      execFileSync("npx", ["--no-install", "labelmap", ...args], { cwd: folder, encoding: "utf8" });
    expect(JSON.parse(command("inspect", "mask.png", "--json")).labels).toHaveLength(43);
    expect(command("decode", "mask.png", "--out", "labels")).toContain("1 done");
    expect(filesOf(tarballs.command)).toContain("package/dist/explorer/index.html");
    const program = `
      import { planOutput } from "labelmap-cli/batch";
      import { generatedJobs } from "labelmap-cli/sample-server";
      console.log(planOutput({ format: "npy" }).format, generatedJobs({ count: 2 }).jobs.length);
    `;
    expect(run(folder, program)).toBe("npy 2");
  });

  it("asks for the library by its version, and has no scripts or links of a clone", () => {
    const { version } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
    for (const [name, tarball] of Object.entries(tarballs)) {
      const folder = join(work, `unpacked-${name}`);
      mkdirSync(folder);
      execFileSync("tar", ["-xzf", tarball, "-C", folder]);
      const manifest = JSON.parse(readFileSync(join(folder, "package/package.json"), "utf8"));
      expect(manifest.version).toBe(version);
      expect(
        Object.values(manifest.dependencies).filter((range) => String(range).startsWith("file:")),
      ).toEqual([]);
      for (const field of ["//", "scripts", "devDependencies", "workspaces"]) {
        expect(manifest, name).not.toHaveProperty(field);
      }
      for (const field of ["main", "types", "repository", "homepage", "bugs", "author", "keywords"]) {
        expect(manifest, name).toHaveProperty(field);
      }
      for (const [place, { types, default: file }] of Object.entries<Record<string, string>>(
        manifest.exports,
      )) {
        if (types === undefined || place.startsWith("./browser")) continue;
        // As tools find it that do not read `exports`.
        const entry = join(folder, "package", place);
        const stub = JSON.parse(readFileSync(join(entry, "package.json"), "utf8"));
        const root = join(folder, "package");
        expect(relative(root, join(entry, stub.main)), place).toBe(join(file!));
        expect(existsSync(join(entry, stub.types)), place).toBe(true);
      }
      if (name === "command") expect(manifest.dependencies.labelmap).toBe(`^${version}`);
    }
  });
});
