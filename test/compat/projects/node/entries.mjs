/** Imports every entry point of the package that is a script, as its manifest lists them. A worker's runs in a worker only. */
import { readFile } from "node:fs/promises";

const { exports } = JSON.parse(await readFile("node_modules/labelmap/package.json", "utf8"));
const entries = Object.keys(exports).filter((entry) => !/\.(?:wasm|json|\*)$|\/worker$/.test(entry));
for (const entry of entries) await import(`labelmap${entry.slice(1)}`);
console.log("every entry point loads");
// In Bun the worker of the loader listens for messages here too, so the program would not end by itself.
process.exit();
