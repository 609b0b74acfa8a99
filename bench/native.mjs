/**
 * The peers that are no JavaScript: Pillow or OpenCV with NumPy, libspng in C. Each is a child that keeps a mask in
 * memory, and runs and times itself when its turn comes. One that is not installed is left out, with the reason.
 */
import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const BUILD = fileURLToPath(new URL("../build/bench/", import.meta.url));
const LOOKUP = fileURLToPath(new URL("native/lookup.py", import.meta.url));
const SPNG = fileURLToPath(new URL("native/spng.c", import.meta.url));
/** Debian's first: what is on the path may be another Python, without Debian's packages. */
const PYTHONS = ["/usr/bin/python3", "python3", "python"];
const COMPILE = ["-O3", "-march=native", "-o", `${BUILD}spng`, SPNG, "-lspng"];

/** @returns {{ commands: Record<string, string[]>, leftOut: Record<string, string> }} command lines by contender */
export function findNativePeers() {
  mkdirSync(BUILD, { recursive: true });
  const commands = {};
  const leftOut = {};
  for (const [contender, decoder, imported] of [
    ["Pillow + NumPy", "pillow", "PIL"],
    ["OpenCV + NumPy", "opencv", "cv2"],
  ]) {
    const succeeds = (python) => spawnSync(python, ["-c", `import numpy, ${imported}`]).status === 0;
    const python = PYTHONS.find(succeeds);
    if (python) commands[contender] = [python, LOOKUP, decoder];
    else leftOut[contender] = "not installed";
  }
  if (spawnSync("cc", COMPILE).status === 0) commands["libspng + C hash scan"] = [`${BUILD}spng`];
  else leftOut["libspng + C hash scan"] = "not installed";
  return { commands, leftOut };
}

/**
 * Starts a peer on a mask.
 * @returns {Promise<{ labels: Int32Array, version: string, time: (runs: number) => Promise<number[]>, close(): void }>}
 */
export async function startNativePeer([command, ...args], { png, colors }) {
  const files = ["mask.png", "colors.bin", "labels.bin"].map((name) => BUILD + name);
  writeFileSync(files[0], png);
  writeFileSync(files[1], Int32Array.from(colors));
  const child = spawn(command, [...args, ...files], { stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const nextLine = async () => {
    const { value, done } = await lines.next();
    if (done) throw new Error(`${command} ended`);
    return value;
  };
  const version = await nextLine();
  const bytes = readFileSync(files[2]);
  return {
    labels: new Int32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length)),
    version,
    time: async (runs) => {
      child.stdin.write(`${runs}\n`);
      return (await nextLine()).split(" ").map(Number);
    },
    close: () => child.stdin.end(),
  };
}
