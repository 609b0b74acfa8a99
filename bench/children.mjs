/**
 * Contenders as processes: JavaScript, Python, C. Each keeps a mask in memory, and times its own runs when its turn comes.
 * One that is not installed is left out, with the reason.
 */
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { findPythonWith } from "../scripts/python.mjs";
import { LIBDEFLATE, LIBSPNG, OPENCV, PILLOW, ZLIB_NG } from "./contenders.mjs";

export const BUILD = fileURLToPath(new URL("../build/bench/", import.meta.url));
const CONTENDER = fileURLToPath(new URL("contender.mjs", import.meta.url));
const NATIVE = fileURLToPath(new URL("native/", import.meta.url));
const PYTHON = { [PILLOW]: ["pillow", "PIL"], [OPENCV]: ["opencv", "cv2"] };
/** Contenders in C: the file, and what the compiler gets besides. */
const C = {
  [LIBDEFLATE]: ["inflate", "-ldeflate"],
  [ZLIB_NG]: ["inflate", "-DZLIB_NG", "-lz-ng"],
  [LIBSPNG]: ["spng", "-lspng"],
};
mkdirSync(BUILD, { recursive: true });

/**
 * @param {string[]} names
 * @returns {{ commands: Record<string, string[]>, leftOut: Record<string, string> }} the command line of each contender
 *   that can run here, and why others cannot
 */
export function findContenders(names) {
  const commands = {};
  const leftOut = {};
  for (const name of names) {
    const command = commandOf(name);
    if (command) commands[name] = command;
    else leftOut[name] = "not installed";
  }
  return { commands, leftOut };
}

function commandOf(name) {
  if (name in PYTHON) {
    const [decoder, imported] = PYTHON[name];
    const python = findPythonWith("numpy", imported);
    return python && [python, "-B", join(NATIVE, "lookup.py"), decoder];
  }
  if (name in C) {
    const [file, ...options] = C[name];
    const program = join(BUILD, name.split(/[ ,]/)[0]);
    const compile = ["-O3", "-march=native", "-o", program, join(NATIVE, `${file}.c`), ...options];
    return spawnSync("cc", compile).status === 0 ? [program] : undefined;
  }
  return [process.execPath, CONTENDER, name];
}

/**
 * Starts a contender on a mask.
 * @returns {Promise<{ bytes: Uint8Array | null, labels: Int32Array | null, version: string,
 *   time: import("./measure.mjs").Contender, close(): void }>} its output, as bytes and as labels; `null` if it writes
 *   nothing
 */
export async function startContender([command, ...args], { png, legend, colors }) {
  const [maskFile, colorsFile, labelsFile] = ["mask.png", "colors.bin", "labels.bin"].map(
    (name) => BUILD + name,
  );
  writeFileSync(maskFile, png);
  writeFileSync(`${BUILD}mask.json`, JSON.stringify(legend));
  writeFileSync(colorsFile, Int32Array.from(colors));
  rmSync(labelsFile, { force: true });
  const options = { stdio: ["pipe", "pipe", "inherit"] };
  const child = spawn(command, [...args, maskFile, colorsFile, labelsFile], options);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const nextLine = async () => {
    const { value, done } = await lines.next();
    if (done) throw new Error(`${[command, ...args].join(" ")} ended`);
    return value;
  };
  const version = await nextLine();
  const bytes = existsSync(labelsFile) ? new Uint8Array(readFileSync(labelsFile)) : null;
  return {
    bytes,
    labels: bytes && new Int32Array(bytes.buffer, bytes.byteOffset, bytes.length >> 2),
    version,
    time: async (warmUps, runs) => {
      child.stdin.write(`${warmUps} ${runs}\n`);
      const numbers = (await nextLine()).split(" ").map(Number);
      return { wall: numbers.slice(0, runs), user: numbers[runs], system: numbers[runs + 1] };
    },
    close: () => child.stdin.end(),
  };
}
