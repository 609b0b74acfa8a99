/**
 * The contenders: JavaScript, Pillow or OpenCV with NumPy, libspng in C. Each is a child process that keeps a mask in
 * memory, and times its own runs when its turn comes. One that is not installed is left out, with the reason.
 */
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { findPythonWith } from "../scripts/python.mjs";

const BUILD = fileURLToPath(new URL("../build/bench/", import.meta.url));
const CONTENDER = fileURLToPath(new URL("contender.mjs", import.meta.url));
const LOOKUP = fileURLToPath(new URL("native/lookup.py", import.meta.url));
const SPNG = fileURLToPath(new URL("native/spng.c", import.meta.url));
const COMPILE = ["-O3", "-march=native", "-o", `${BUILD}spng`, SPNG, "-lspng"];
mkdirSync(BUILD, { recursive: true });

/** @returns {{ commands: Record<string, string[]>, leftOut: Record<string, string> }} the command line of each contender */
export function findNativePeers() {
  const commands = {};
  const leftOut = {};
  for (const [contender, decoder, imported] of [
    ["Pillow + NumPy", "pillow", "PIL"],
    ["OpenCV + NumPy", "opencv", "cv2"],
  ]) {
    const python = findPythonWith("numpy", imported);
    if (python) commands[contender] = [python, "-B", LOOKUP, decoder];
    else leftOut[contender] = "not installed";
  }
  if (spawnSync("cc", COMPILE).status === 0) commands["libspng + C hash scan"] = [`${BUILD}spng`];
  else leftOut["libspng + C hash scan"] = "not installed";
  return { commands, leftOut };
}

/** Command lines of JavaScript contenders. */
export function commandsOf(names) {
  return Object.fromEntries(names.map((name) => [name, [process.execPath, CONTENDER, name]]));
}

/**
 * Starts a contender on a mask.
 * @returns {Promise<{ bytes: Uint8Array | null, labels: Int32Array | null, version: string,
 *   time: (runs: number) => Promise<number[]>, close(): void }>} its output, as bytes and as labels; `null` if it writes
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
    time: async (runs) => {
      child.stdin.write(`${runs}\n`);
      return (await nextLine()).split(" ").map(Number);
    },
    close: () => child.stdin.end(),
  };
}
