/** The main loop of a contender in its own process: it times its runs when its turn comes (bench/children.mjs). */
import { createInterface } from "node:readline";
import { timeRuns } from "./measure.mjs";

/**
 * Each line of the standard input has two numbers: how many runs to warm up, and how many to time. The answer is a line
 * with the milliseconds of each timed run, and after them the CPU time of all, in the program and in the system.
 */
export async function serveTurns(run) {
  for await (const line of createInterface({ input: process.stdin })) {
    const [warmUps, runs] = line.split(" ").map(Number);
    const { wall, user, system } = await timeRuns(run, warmUps, runs);
    console.log([...wall, user, system].join(" "));
  }
}
