/** The memory of a soak, read at intervals: printed, and judged in the end. */

const READINGS = 20;
/** With fewer readings, memory is not judged: the first masks fill the loader's memory. */
const FEWEST_READINGS = 12;
const MEBIBYTE = 2 ** 20;

/** Reads the memory at intervals, prints it, and judges it in the end. */
export class Readings {
  #place;
  #every;
  #read;
  #next = 0;
  #started = performance.now();
  #residents = [];

  constructor(place, count, read) {
    this.#place = place;
    this.#every = count / READINGS;
    this.#read = read;
    console.log(`\n${place}: ${count} masks`);
  }

  async take(maps) {
    if (maps < this.#next) return;
    while (this.#next <= maps) this.#next += this.#every;
    const memory = await this.#read();
    this.#residents.push(memory.resident);
    const shown = Object.entries(memory).map(
      ([name, bytes]) => `${name} ${(bytes / MEBIBYTE).toFixed(0).padStart(4)} MiB`,
    );
    console.log(`${String(maps).padStart(6)} masks  ${shown.join("  ")}`);
  }

  finish({ wrong, workersLeft, ...counts }) {
    const seconds = (performance.now() - this.#started) / 1000;
    const counted = Object.entries(counts).map(([name, count]) => `${name} ${count}`);
    console.log(`${this.#place}: ${counted.join(", ")}; ${seconds.toFixed(0)} s`);
    const problems = [...wrong];
    if (workersLeft > 0) problems.push(`${workersLeft} workers are left`);
    const third = Math.floor(this.#residents.length / 3);
    const [before, after] = [this.#residents.slice(third, 2 * third), this.#residents.slice(2 * third)].map(
      median,
    );
    if (this.#residents.length >= FEWEST_READINGS && after > before * 1.1 + 20 * MEBIBYTE) {
      problems.push(
        `memory grew from ${(before / MEBIBYTE).toFixed(0)} to ${(after / MEBIBYTE).toFixed(0)} MiB`,
      );
    }
    for (const problem of problems) console.log(`${this.#place}: ${problem}`);
    if (problems.length > 0) process.exitCode = 1;
    else console.log(`${this.#place}: all labels are equal, and no worker is left`);
  }
}

function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[sorted.length >> 1];
}
