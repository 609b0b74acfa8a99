/** What a contender in a process of its own does: it runs and times itself when its turn comes (bench/children.mjs). */
import { createInterface } from "node:readline";

/** For each line of the standard input, a number: so many runs; and a line with the milliseconds of each. */
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
