/** The licences of the packages in a bundle. They must be distributed with the bundle. */
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const { resolve } = createRequire(import.meta.url);

/**
 * The text of THIRD-PARTY-LICENSES.txt.
 *
 * @param subject its first words, such as `dist/browser contains`.
 * @param bundles what rolldown or vite returned.
 */
export function licencesOf(subject, bundles) {
  const modules = bundles.flatMap(({ output }) => output.flatMap(({ moduleIds = [] }) => moduleIds));
  const folders = modules.flatMap((id) => /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(id)?.[0] ?? []);
  const parts = [...new Set(folders)].sort().map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    // The loader comes from the compiler's repository, and only the compiler's package contains the licence.
    const from = name === "@assemblyscript/loader" ? dirname(resolve("assemblyscript/package.json")) : folder;
    const file = readdirSync(from).find((entry) => /^licen[cs]e/i.test(entry));
    if (file === undefined) throw new Error(`${name} has no licence file`);
    return `${name} ${version} (${license})\n\n${readFileSync(join(from, file), "utf8").trim()}\n`;
  });
  return `${subject} code of these packages.\n\n${parts.join(`\n${"-".repeat(80)}\n\n`)}`;
}
