/// <reference types="node" />
/** Writes results to stdout or a file. Writes are awaited, so that nothing is cut off when the process ends. */
import { writeFile } from "node:fs/promises";

/** The path that stands for standard output or standard input. */
export const STANDARD_STREAM = "-";

/**
 * Prints one or more lines; a final newline is added.
 * @throws the system's error; EPIPE if the reader has closed the pipe
 */
export async function print(text: string): Promise<void> {
  await write(process.stdout, `${text}\n`);
}

/**
 * @param path `-` is stdout.
 * @param flag how to open a file: `wx` fails if it exists.
 * @throws the system's error
 */
export async function writeOutput(path: string, bytes: Uint8Array, flag: "w" | "wx" = "w"): Promise<void> {
  await (path === STANDARD_STREAM ? write(process.stdout, bytes) : writeFile(path, bytes, { flag }));
}

/** Waits until everything written has been handed to the system. Errors were already reported to the writers. */
export async function flush(stream: NodeJS.WriteStream): Promise<void> {
  await write(stream, "").catch(() => {});
}

function write(stream: NodeJS.WriteStream, data: string | Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    stream.write(data, (error) => (error ? reject(error) : resolve()));
  });
}

/** How many colours a terminal shows: none, the 256 of xterm, or all of 24 bits. */
export type TerminalColors = 0 | 256 | 16_777_216;

/**
 * The colours of stdout. Node respects `NO_COLOR`, `FORCE_COLOR`, `COLORTERM` and `TERM`. `FORCE_COLOR=3`, or 2 for 256
 * colours, also works in a pipe, for example to `less -R`. 16 colours are too few for swatches.
 */
export function terminalColors(): TerminalColors {
  const bits = process.stdout.isTTY
    ? process.stdout.getColorDepth()
    : FORCED_BITS[process.env.FORCE_COLOR ?? ""];
  return bits === 24 ? 16_777_216 : bits === 8 ? 256 : 0;
}

const FORCED_BITS: Readonly<Record<string, number>> = { 2: 8, 3: 24 };
