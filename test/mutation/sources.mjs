/** The source of assembly/, and all of its mutants. */
import { readdirSync, readFileSync } from "node:fs";
import { findMutants } from "./mutants.mjs";

/** A declaration alone, with a decorator that the parser of TypeScript does not know. */
const DECLARED = "assembly/host-import.ts";
const FOLDER = new URL("../../assembly/", import.meta.url);

/** @returns {Map<string, string>} text by path from the repository's root */
export function readSources() {
  const names = readdirSync(FOLDER).filter((name) => name.endsWith(".ts"));
  return new Map(
    names.sort().map((name) => [`assembly/${name}`, readFileSync(new URL(name, FOLDER), "utf8")]),
  );
}

/** @param {Map<string, string>} sources @returns {import("./mutants.mjs").Mutant[]} */
export function allMutants(sources) {
  return [...sources].flatMap(([file, text]) => (file === DECLARED ? [] : findMutants(file, text)));
}
