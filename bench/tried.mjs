/**
 * What was tried for goals that were missed, and what it gave. Each was measured once, during development: processes in
 * turns, and the ratio of their quickest runs, or the change that is stated. Below 1 is faster. Unless it says otherwise,
 * the change was not kept.
 */

/** In the decoder's main loop, for all masks. Each figure is for the mask that the goal is about. */
const LOOP = {
  unmasked: "bits are counted modulo 64, which takes fewer instructions",
  offsets: "the tables' addresses as offsets in the instructions",
  twoShifts: "extra bits by two shifts instead of a mask",
  pairs: "one look-up for the codes of length and distance if they have at most 9 bits together; kept",
  pairs10: "the same with 10 bits",
  pairs11: "with 11 bits",
  repeats: "repeats of the longest match counted by one comparison instead of one by one; kept",
  factor: "a hash factor by which each colour of a small legend has a slot of its own; kept",
  shortFirst: "matches of up to 16 bytes copied on a path of their own",
  divisions: "no divisions before a pattern is repeated",
  splat: "one byte repeated without a shuffle",
  fill: "matches filled from 2,560 instead of 1,024 bytes on",
  small: "WebAssembly compiled for size, which is a tenth smaller",
  inlined: "the same with some 50 short functions inlined, which is 1.5 % smaller",
};

const INSTANCES = [
  "the next symbol is looked up before the refill, and length and distance are shifted out together; kept: 0.98 to 1.00",
  `${LOOP.unmasked}: 1.02`,
  `${LOOP.offsets}: 1.02`,
  `${LOOP.twoShifts}: 0.99`,
  "a loop of its own for each filter type: 0.99 to 1.01, and 10 KB more of WebAssembly",
  "only repeats of 128 or 256 bytes and more are noted: 1.01",
  "literal tables of 10 instead of 11 bits: 0.99 to 1.02",
  `${LOOP.repeats}: 0.98 to 1.00`,
  `${LOOP.pairs}: 1.00 to 1.01; ${LOOP.pairs10}: 1.00 to 1.02`,
  `${LOOP.factor}: 1.00`,
  `${LOOP.shortFirst}: 1.02 to 1.09`,
  `${LOOP.divisions}: 1.00`,
  `${LOOP.splat}: 1.02`,
  `${LOOP.fill}: 1.05`,
  `${LOOP.small}: 1.55; ${LOOP.inlined}: 1.09`,
  "no counts at all, to see the limit: 0.94. They are part of each result, so they stay",
];

const NOISE = [
  "the next symbol is looked up before the refill, and length and distance are shifted out together; kept: 0.93",
  `${LOOP.unmasked}: 1.03`,
  `${LOOP.offsets}: 1.02`,
  `${LOOP.twoShifts}: 1.00`,
  "pixels counted in a table of the row, four labels a turn: 0.96, but the core would be larger than 30 KiB with some bundlers. Two labels a turn: 0.99",
  "pixels counted in a small table, which is added up once a row: 0.985",
  "a colour table that is at most a quarter full: 0.985. A sixteenth: 0.94, but each small mask would pay for clearing it",
  "literal tables of 10 instead of 11 bits: 0.98 to 1.00",
  `${LOOP.pairs}: 0.88 to 0.90; ${LOOP.pairs10}: 0.87 to 0.91; ${LOOP.pairs11}: 0.91`,
  `${LOOP.factor}: 0.90`,
  `${LOOP.shortFirst}: 0.98 to 1.01`,
  `${LOOP.small}: 1.96; ${LOOP.inlined}: 1.03`,
  "two literals in one entry were not tried: of 1.1 million symbols only 10,334 are literals",
  "CRC-32 by node:zlib was not tried: it takes 0.13 instead of 0.23 ns a byte, so at most 0.97, in Node only",
  "no counts at all, to see the limit: 0.86. That would miss the goal too",
];

const STREET_NONE = [
  "the next symbol is looked up before the refill, and length and distance are shifted out together; kept: 0.98, from 0.91 to 1.01 in six processes",
  `${LOOP.unmasked}: 1.03`,
  `${LOOP.offsets}: 1.01 to 1.04`,
  `${LOOP.twoShifts}: 1.00`,
  `${LOOP.pairs}: 0.98; ${LOOP.pairs10}: 0.97`,
  `${LOOP.repeats}: 0.99 to 1.02`,
];

const STREET_RUNS = [
  "runs that the decoder has found are not checked once more; kept: 0.93",
  "the next symbol is looked up before the refill, and length and distance are shifted out together; kept: 0.98 to 0.99",
  "arrays of places by the constructor instead of `from`: 1.00",
  `${LOOP.unmasked}: 1.02`,
  `${LOOP.offsets}: 1.00 to 1.01`,
  `${LOOP.repeats}: 0.95`,
  `${LOOP.pairs}: 1.00 to 1.01; ${LOOP.pairs10}: 1.02`,
  `${LOOP.shortFirst}: 1.02 to 1.06`,
  `${LOOP.divisions}: 1.00`,
  `${LOOP.splat}: 1.02`,
  `${LOOP.fill}: 1.00`,
  `${LOOP.small}: 1.57; ${LOOP.inlined}: 1.13`,
  "skipping zeros that are already there was not tried: fills of 1,024 bytes and more take a tenth of the time",
];

const CALL = [
  "numbers of the container and counts of colours read without views of typed arrays, the tables of fixed codes built once; kept: 8.9 µs instead of 14.5, and 5 µs less of some 130 at 256×256",
  "chunk types read and checked without views of typed arrays; kept: 0.91",
  "one view instead of two for each list of colours, no iterator for the counts of clear pixels; kept: 0.97",
  "no view of a part of a chunk for its checksum; kept: 0.98",
  "in Node, zeroed memory for arrays below 4 KB: 1.02",
  "a list of issues without a map, messages made only for errors, fewer addresses asked for: 1.00 each",
  "the fields of IHDR without a view: no difference. Of what is left, no function takes more than 12 %",
];

const SMALL = [
  "what was tried for one call; kept",
  "literal tables of 10 bits, a colour table that is at most a quarter full: 0.99 to 1.00 each",
  `${LOOP.pairs}, and no table filled twice: 0.98 to 1.01; ${LOOP.pairs10}: 1.01`,
  `${LOOP.repeats}: 0.98 to 1.00`,
  `${LOOP.small}: 1.97; ${LOOP.inlined}: 1.17`,
  "no array at all, only runs: 1.0. So inflating and finding the runs alone take too long for this goal",
];

const LOADER = [
  "memory of any size is used again, not only of the same size; kept: 3,900 page faults a mask became 5 without workers",
  "the next job gets its memory before the next map is read, and answers wait unread in a port; kept: 6.8 ms of CPU time a mask became 5.2. Each of them alone gave nothing",
  "labels travel as one text and one array of numbers; kept: 5.2 ms became 4.5 to 4.8",
  "counts of labels are lists, since engines collect garbage before each new array; kept: 540 short collections in 300 masks became 150",
  "shared memory instead of transfers: no difference",
];

const LOADER_AND_SHARP = [
  "what was tried for one thread; kept: 25 instead of 14",
  "twice the speed of one thread, which two cores cannot exceed, would be about 32",
  "shared memory instead of transfers: no difference",
];

const DATA_SET = [
  "files of half a megabyte and more are written from the decoder's output, without a copy in the system's cache; kept: 13.1 ms of CPU time a mask became 8.3 at a load of 10, with 1,000 masks (the system's part: 5.4 became 1.1)",
  "the same with a copy of the bytes to other memory that begins at a page's start: 0.9 ms a mask more",
  "the end of a file written as a whole page and cut off then, instead of opening the file twice: no difference",
  "hashing while the file is opened and written: no difference",
];

const DATA_SET_SMALL = [
  "files of 260 KB written without a copy in the system's cache: 1.05, since each is opened twice",
  "the plan of a task travels to its thread as a text; kept: 75 µs of each task became 5",
  "sources read without other threads: 0.99 to 1.08",
  "eight tasks a thread instead of four: 1.02 to 1.26",
  "V8 optimises functions eight times later: 0.95 with 1,000 masks. But that is an option of the whole process",
  "a larger young generation of V8's heap: 1.1. Garbage collected by one thread: 1.0",
  "no thousands of files deleted in the minutes before: 0.88, since ext4 then finds numbers for new files at once. The benchmark now makes the small files first",
];

export const TRIED = new Map([
  ["street 4K, no filter ÷ libdeflate alone", STREET_NONE],
  ["street 4K, adaptive filters, to runs ÷ libdeflate alone", STREET_RUNS],
  ["200 instances 1080p ÷ libdeflate alone", INSTANCES],
  ["worst case 1080p, no filter ÷ libdeflate alone", NOISE],
  ["256×256: sharp + Map scan ÷ own array", SMALL],
  ["one call, 1×1 mask, own array, µs", CALL],
  ["loader ÷ one thread", LOADER],
  ["loader ÷ sharp + Map scan in as many threads", LOADER_AND_SHARP],
  ["data set, full: Python ÷ labelmap", DATA_SET],
  ["data set, 512×512: Python ÷ labelmap", DATA_SET_SMALL],
]);

/**
 * @param {{ title: string, met: boolean | null }[]} goals as `reachedGoals` gives them
 * @returns {{ title: string, tried: readonly string[] }[]} of the missed ones for which something was tried
 */
export function triedForMissed(goals) {
  return goals
    .filter(({ title, met }) => met === false && TRIED.has(title))
    .map(({ title }) => ({ title, tried: TRIED.get(title) }));
}
