/// <reference types="node" />
/** Where results go: stdout, or a file. Writes are waited for, so that nothing is cut off at the process's end. */
import { writeFile } from "node:fs/promises";

/** What `-` means as an output and an input. */
export const STANDARD_STREAM = "-";

/** Prints a line or several, without a newline at the end. @throws the system's error, EPIPE where nobody reads */
export async function print(text: string): Promise<void> {
  await write(process.stdout, `${text}\n`);
}

/** @param path `-` is stdout. @throws the system's error */
export async function writeOutput(path: string, bytes: Uint8Array): Promise<void> {
  await (path === STANDARD_STREAM ? write(process.stdout, bytes) : writeFile(path, bytes));
}

/** Waits until all that was written has been handed over; whoever wrote has had the error. */
export async function flush(stream: NodeJS.WriteStream): Promise<void> {
  await write(stream, "").catch(() => {});
}

function write(stream: NodeJS.WriteStream, data: string | Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    stream.write(data, (error) => (error ? reject(error) : resolve()));
  });
}

/**
 * Whether stdout is a terminal that shows 24-bit colours. Node minds `NO_COLOR`, `FORCE_COLOR`, `COLORTERM` and `TERM`;
 * `FORCE_COLOR=3` counts in a pipe too, as for `less -R`.
 */
export function showsColors(): boolean {
  return process.stdout.isTTY ? process.stdout.hasColors(2 ** 24) : process.env.FORCE_COLOR === "3";
}
