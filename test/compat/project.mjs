/** Makes the project of an entry: a copy of its template, with the packed library and the entry's tools installed. */
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { packAll } from "../../scripts/pack.mjs";
import { runShell } from "./shell.mjs";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const TEMPLATES = fileURLToPath(new URL("projects", import.meta.url));

/**
 * Outside the repository, so that a project finds no package but its own. Each clone has its own folder, which is kept:
 * the next run need not install the tools again.
 */
export const PROJECTS = join(tmpdir(), `labelmap-compat-${hashOf(ROOT)}`);

const INSTALL = "npm install --prefer-offline --no-audit --no-fund --no-package-lock --loglevel=error";

/** @typedef {{ library: string, command: string }} Tarballs paths */

/**
 * Packs both packages. The name of a tarball has a hash of its content: npm keeps an installed package if its tarball has
 * the same name.
 *
 * @returns {Tarballs}
 */
export function packLibrary() {
  const folder = join(PROJECTS, "tarballs");
  rmSync(folder, { recursive: true, force: true });
  const packed = packAll(folder);
  const [library, command] = [packed.library, packed.command].map((file) => {
    const bytes = readFileSync(file);
    const hashed = join(folder, basename(file).replace(/\.tgz$/, `-${hashOf(bytes)}.tgz`));
    writeFileSync(hashed, bytes);
    return hashed;
  });
  return { library, command };
}

/**
 * @param {import("./matrix.mjs").Entry} entry
 * @param {Tarballs} tarballs
 * @returns {Promise<string>} the project's folder
 */
export async function makeProject(entry, { library, command }) {
  const folder = join(PROJECTS, entry.name);
  mkdirSync(folder, { recursive: true });
  for (const name of readdirSync(folder)) {
    if (name !== "node_modules") rmSync(join(folder, name), { recursive: true });
  }
  cpSync(join(TEMPLATES, entry.template), folder, { recursive: true });
  const manifestFile = join(folder, "package.json");
  const manifest = JSON.parse(readFileSync(manifestFile, "utf8"));
  const { node, ...tools } = entry.packages ?? {};
  manifest.dependencies = { ...manifest.dependencies, labelmap: `file:${library}` };
  if (entry.withCommand) manifest.dependencies["labelmap-cli"] = `file:${command}`;
  manifest.devDependencies = { ...manifest.devDependencies, ...tools };
  if (node !== undefined) manifest.devDependencies.node = `npm:${packageOfNode()}@${node}`;
  writeFileSync(manifestFile, `${JSON.stringify(manifest, null, 2)}\n`);
  await runShell(INSTALL, folder);
  // As the guides tell the reader.
  cpSync(join(folder, "node_modules/labelmap/sample"), join(folder, entry.samples ?? "."), {
    recursive: true,
  });
  return folder;
}

/** The versions of an entry's packages in its project, and that of the Node that runs its commands. */
export function versionsOf(entry, folder) {
  const versions = { node: process.versions.node };
  for (const name of Object.keys(entry.packages ?? {})) {
    const manifest = join(folder, "node_modules", name, "package.json");
    if (existsSync(manifest)) versions[name] = JSON.parse(readFileSync(manifest, "utf8")).version;
  }
  return versions;
}

/** npm has a package of each Node for each platform: its only file is the program. */
function packageOfNode() {
  return `node-${process.platform === "win32" ? "win" : process.platform}-${process.arch}`;
}

function hashOf(data) {
  return createHash("sha256").update(data).digest("hex").slice(0, 8);
}
