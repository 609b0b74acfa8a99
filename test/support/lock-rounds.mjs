/**
 * One of several processes that try to lock the same directories at the same moments: `node lock-rounds.mjs FOLDER
 * ROUNDS START`. It prints the rounds in which it got the lock, and keeps its locks until it is killed.
 */
import { join } from "node:path";

const { lockDirectory } = await import(new URL("../../cli/build/batch/lock.js", import.meta.url).href);
const MILLISECONDS_A_ROUND = 20;

const [, , folder, rounds, start] = process.argv;
const clock = new Int32Array(new SharedArrayBuffer(4));
const taken = [];
for (let round = 0; round < Number(rounds); round++) {
  // It sleeps instead of spinning, so that the other processes get the processor.
  Atomics.wait(clock, 0, 0, Math.max(0, Number(start) + round * MILLISECONDS_A_ROUND - Date.now()));
  try {
    await lockDirectory(join(folder, String(round)));
    taken.push(round);
  } catch (error) {
    if (error.code !== "BATCH_LOCKED") throw error;
  }
}
console.log(JSON.stringify(taken));
setInterval(() => {}, 1000);
