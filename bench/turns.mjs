/** The main loop of a contender in its own process: it times its runs when its turn comes (bench/children.mjs). */
import { createInterface } from "node:readline";

/** Each line of the standard input is a number of runs. Prints the milliseconds of each run in one line. */
export async function serveTurns(run) {
  for await (const line of createInterface({ input: process.stdin })) {
    const times = [];
    for (let index = 0; index < Number(line); index++) {
      const start = performance.now();
      await run();
      times.push(performance.now() - start);
    }
    console.log(times.join(" "));
  }
}
