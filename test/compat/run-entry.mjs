/** Runs one entry of the matrix and says what came out. */
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { serveStatic } from "../browser/static-server.mjs";
import { missingLines, printedBy } from "./page.mjs";
import { makeProject, versionsOf } from "./project.mjs";
import { CommandError, runShell, startServer } from "./shell.mjs";

/** The core's limit, in every bundler. */
export const MAX_CORE_GZIP = 30_720;

/** Of an output, in the report. */
const MOST_CHARACTERS = 240;

/**
 * @typedef {{ files: number, minified: number, gzip: number }} CoreSize bytes
 * @typedef {object} Outcome
 * @property {string} name
 * @property {string} group
 * @property {string} title with versions
 * @property {Record<string, string>} versions
 * @property {CoreSize} [core] of `import { decodeMask } from "labelmap"`
 * @property {string} [failure] why it does not work, in one line; absent if it works
 * @property {string} [oversize] how far the core exceeds its limit, in one line; absent if it does not
 * @property {string} [output] all that was printed, if it does not work
 *
 * @param {import("./matrix.mjs").Entry} entry
 * @param {import("./project.mjs").Tarballs} tarballs
 * @returns {Promise<Outcome>}
 */
export async function runEntry(entry, tarballs) {
  const outcome = { name: entry.name, group: entry.group, title: entry.title, versions: {} };
  let output = "";
  let folder = "";
  try {
    folder = await makeProject(entry, tarballs);
    outcome.versions = versionsOf(entry, folder);
    outcome.title = entry.title.replace(/\{(.*?)\}/g, (_, name) => outcome.versions[name]);
    // First the size: a project may delete its packages.
    if (entry.core !== undefined) outcome.core = await coreSizeOf(entry, folder);
    if (outcome.core?.gzip > MAX_CORE_GZIP) {
      outcome.oversize = `its core has ${outcome.core.gzip} bytes in gzip; the limit is ${MAX_CORE_GZIP}`;
    }
    output = await outputOf(entry, folder);
    const missing = missingLines(output, entry.prints);
    if (missing.length > 0) {
      outcome.failure = `it does not print ${missing.map((line) => `"${line}"`).join(", ")}: ${reasonIn(output)}`;
    }
  } catch (error) {
    output = error instanceof CommandError ? error.output : String(error.stack);
    outcome.failure = reasonIn(error instanceof CommandError ? output : String(error));
  }
  if (outcome.failure !== undefined) {
    outcome.failure = outcome.failure.replaceAll(folder, "");
    outcome.output = output;
    if (folder !== "") writeFileSync(join(folder, "output.txt"), output);
  }
  return outcome;
}

async function outputOf(entry, folder) {
  const parts = [];
  if (entry.command !== undefined) parts.push(await runShell(entry.command, folder));
  if (entry.page !== undefined) {
    const server = await serveStatic({ "": join(folder, entry.page) });
    try {
      parts.push(await printedBy(`${server.origin}/index.html`, entry.prints, entry.visit));
    } finally {
      await server.close();
    }
  }
  if (entry.serve !== undefined) {
    const server = await startServer(entry.serve, folder);
    try {
      if (entry.ask === undefined) parts.push(await printedBy(server.origin, entry.prints, entry.visit));
      else parts.push(await runShell(entry.ask, folder, { ORIGIN: server.origin }));
      parts.push(server.output());
    } finally {
      await server.close();
    }
  }
  return parts.join("\n");
}

/** All scripts that the bundler makes count, whether a page loads them at once or later. */
async function coreSizeOf(entry, folder) {
  await runShell(entry.core, folder);
  const core = join(folder, "core");
  const scripts = readdirSync(core, { recursive: true })
    .filter((file) => /\.m?js$/.test(file) && statSync(join(core, file)).isFile())
    .map((file) => readFileSync(join(core, file)));
  if (scripts.length === 0) throw new Error("the bundler has made no script of core.js");
  return {
    files: scripts.length,
    minified: sum(scripts.map(({ length }) => length)),
    gzip: sum(scripts.map((script) => gzipSync(script, { level: 9 }).length)),
  };
}

/** Where an output says what went wrong: the first line that names an error, and what follows it; or the last line. */
function reasonIn(output) {
  const lines = output
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean);
  for (const pattern of [/Error: \S|\berror TS\d/, /\berror\b|cannot/i]) {
    const found = lines.findIndex((line) => pattern.test(line));
    if (found >= 0)
      return lines
        .slice(found, found + 3)
        .join(" ")
        .slice(0, MOST_CHARACTERS);
  }
  return lines.at(-1) ?? "no output";
}

function sum(numbers) {
  return numbers.reduce((total, number) => total + number, 0);
}
