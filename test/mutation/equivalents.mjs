/**
 * The table of mutants of assembly/ and src/ that change nothing that a caller could see, each with its reason. An entry
 * names the line by its text, so that it outlives changes elsewhere in the file.
 */
import { readFileSync } from "node:fs";

/**
 * @typedef {{ file: string, above?: string, code: string, from: string, place?: number, to: string | string[],
 *   reason: string }} Entry
 * `code`: the whole line, trimmed; an entry is about all lines that read so, or those with `above` before them;
 * `place`: which of the line's `from` that are changed alike, from 1 on; without it all of them. In src/, `code` is the
 * line where the change starts, and `place` has no meaning.
 */

/** @returns {Entry[]} */
export function readTable() {
  return JSON.parse(readFileSync(new URL("equivalents.json", import.meta.url), "utf8"));
}

/** @param {Entry[]} table @param {import("./mutants.mjs").Mutant} mutant @param {string} text the file's */
export function isInTable(table, mutant, text) {
  return table.some((entry) => isEntryOf(entry, mutant, text));
}

/** @param {Entry} entry @param {import("./mutants.mjs").Mutant} mutant @param {string} text the file's */
export function isEntryOf({ file, above, code, from, place, to }, mutant, text) {
  const isAlike = mutant.file === file && mutant.from === from && [to].flat().includes(mutant.to);
  if (!isAlike || (place !== undefined && mutant.place !== place)) return false;
  const lines = text.split("\n").map((line) => line.trim());
  return lines[mutant.line - 1] === code && (above === undefined || lines[mutant.line - 2] === above);
}
