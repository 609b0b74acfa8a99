/** Makes an output directory for one test, and reads what is in it. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TaskRecord } from "labelmap-cli/batch";
import { onTestFinished } from "vitest";
import { sha256 } from "./batch-jobs.mjs";

/** Makes an empty folder, which is deleted when the test ends. */
export function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "labelmap-batch-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** All files below a folder, sorted, with `/` between folders. Leaves out the batch's own files in `.labelmap/`. */
export function filesIn(folder: string): string[] {
  // The working folder is not listed at all: a run that goes on makes and removes folders there at any time.
  return readdirSync(folder, { withFileTypes: true })
    .filter(({ name }) => name !== ".labelmap")
    .flatMap((entry) => {
      if (!entry.isDirectory()) return entry.isFile() ? [entry.name] : [];
      return readdirSync(join(folder, entry.name), { recursive: true, withFileTypes: true })
        .filter((each) => each.isFile())
        .map((each) => join(each.parentPath, each.name).slice(folder.length + 1));
    })
    .sort();
}

/** A stamp for each file that changes if the file is written again, even with the same content. */
export function stampsOf(folder: string, paths: readonly string[] = filesIn(folder)) {
  return Object.fromEntries(
    paths.map((path) => {
      const { ino, mtimeMs } = statSync(join(folder, path));
      return [path, `${ino} ${mtimeMs}`];
    }),
  );
}

/** The hash of each file except the manifest. */
export function hashesIn(out: string): Record<string, string> {
  const paths = filesIn(out).filter((path) => path !== "manifest.jsonl");
  return Object.fromEntries(paths.map((path) => [path, sha256(readFileSync(join(out, path)))]));
}

/** The last record of each job, without its time. */
export function statesOf(out: string): Record<string, object> {
  return Object.fromEntries(Array.from(recordsOf(out), ([job, { time, ...state }]) => [job, state]));
}

/** Every line of a directory's manifest. */
export function linesOf(out: string): TaskRecord[] {
  const text = readFileSync(join(out, "manifest.jsonl"), "utf8");
  if (text !== "" && !text.endsWith("\n")) throw new Error("the manifest's last line is torn");
  return wholeLines(text);
}

/**
 * The lines of the manifest while a run is still working or after it was killed. Skips an incomplete last line. Returns
 * no lines if there is no manifest yet.
 */
export function linesSoFar(out: string): TaskRecord[] {
  const path = join(out, "manifest.jsonl");
  return existsSync(path) ? wholeLines(readFileSync(path, "utf8")) : [];
}

const wholeLines = (text: string): TaskRecord[] =>
  text
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line));

/** The last record of each job in a format, by job. */
export function recordsOf(out: string, format = "npy"): Map<string, TaskRecord> {
  return new Map(
    linesOf(out)
      .filter((record) => record.format === format)
      .map((record) => [record.job, record]),
  );
}
