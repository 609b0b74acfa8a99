/**
 * `npm run pack`: both packages as they are published, in out/: labelmap-VERSION.tgz and labelmap-cli-VERSION.tgz.
 *
 * In the repository labelmap-cli depends on the library beside it (`file:..`), and the library has workspaces and
 * scripts that only a clone can run. So the packages are put together in a folder of their own, with manifests that fit
 * someone who has nothing but npm: labelmap-cli asks for the library by its version. The build must be up to date.
 *
 * Some tools do not read `exports`: TypeScript's resolution node10, eslint-plugin-import, Parcel by default. For them the
 * packages have a folder for each entry point, with a package.json that names its files.
 */
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join, posix } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

/** Fields of a manifest that only a clone has use for. */
const CLONE_ONLY = ["//", "scripts", "devDependencies", "workspaces"];

/**
 * Packs both packages.
 *
 * @param {string} out the folder for the tarballs; it is made if it is missing.
 * @returns {{ library: string, command: string }} the tarballs' paths.
 */
export function packAll(out) {
  mkdirSync(out, { recursive: true });
  const stage = mkdtempSync(join(tmpdir(), "labelmap-pack-"));
  try {
    return { library: pack(ROOT, stage, out), command: pack(join(ROOT, "cli"), stage, out) };
  } finally {
    rmSync(stage, { recursive: true, force: true });
  }
}

/** What a package is published with: its manifest as a stranger needs it. */
export function publishedManifest(folder) {
  const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  for (const field of CLONE_ONLY) delete manifest[field];
  for (const [name, range] of Object.entries(manifest.dependencies)) {
    const path = /^file:(.*)/.exec(range)?.[1];
    if (path === undefined) continue;
    const { version } = JSON.parse(readFileSync(join(folder, path, "package.json"), "utf8"));
    manifest.dependencies[name] = `^${version}`;
  }
  return manifest;
}

function pack(folder, stage, out) {
  const manifest = publishedManifest(folder);
  if (!existsSync(join(folder, "dist"))) {
    throw new Error(`${manifest.name} is not built: npm run build`);
  }
  const target = join(stage, manifest.name);
  const [{ files }] = npm(folder, "pack", "--dry-run", "--json", "--ignore-scripts");
  for (const { path } of files) {
    mkdirSync(dirname(join(target, path)), { recursive: true });
    cpSync(join(folder, path), join(target, path));
  }
  cpSync(join(ROOT, "LICENSE"), join(target, "LICENSE"));
  writeJson(join(target, "package.json"), {
    ...manifest,
    files: [...manifest.files, ...placeFolders(target, manifest)],
  });
  const [{ filename }] = npm(target, "pack", "--json", "--ignore-scripts", "--pack-destination", out);
  return join(out, basename(filename));
}

/** Writes the folders for tools that do not read `exports`. Returns their names. */
function placeFolders(target, { exports }) {
  const names = Object.keys(exports).filter((name) => exports[name].types && !/^\.(\/browser|$)/.test(name));
  return names.map((name) => {
    const toTarget = name.slice(2).replace(/[^/]+/g, "..");
    const [main, types] = ["default", "types"].map((key) => posix.join(toTarget, exports[name][key]));
    mkdirSync(join(target, name), { recursive: true });
    writeJson(join(target, name, "package.json"), { main, types });
    return name.slice(2);
  });
}

function writeJson(path, value) {
  writeFileSync(path, `${JSON.stringify(value, null, 2)}\n`);
}

function npm(cwd, ...args) {
  return JSON.parse(
    execFileSync("npm", args, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }),
  );
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  for (const file of Object.values(packAll(join(ROOT, "out")))) console.log(file.slice(ROOT.length));
}
