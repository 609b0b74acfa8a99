/** Uses Debian's Python with NumPy and Pillow as the reference reader and writer of formats. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { findPythonWith } from "../../scripts/python.mjs";

const python = findPythonWith("numpy", "PIL");

/** `it` for tests that need Python. Without Python they are skipped; if CI is set, they fail. */
export const itWithPython: (name: string, test: () => void | Promise<void>) => void = it.skipIf(
  python === undefined,
);

export function expectPythonInCi(): void {
  if (python !== undefined || !process.env.CI) return;
  it("has a Python with NumPy and Pillow", () =>
    expect.fail("no Python with NumPy and Pillow is found; on Debian install python3-numpy and python3-pil"));
}

const PRELUDE = `
import json, hashlib, sys
import numpy as np
from PIL import Image
def values(array):
    return {"dtype": array.dtype.str, "shape": list(array.shape), "values": array.ravel().tolist()}
`;

/** Runs a program unchanged, in the given folder. @returns what it printed */
export function runPythonProgram(program: string, folder: string): string {
  return execFileSync(python!, ["-c", program], { cwd: folder, encoding: "utf8", timeout: 60_000 });
}

/**
 * Runs a script in a folder that holds the given files. The script must end with `print(json.dumps(...))`.
 * @returns what it printed, and the files that it wrote
 */
export function runPython(
  script: string,
  files: Readonly<Record<string, Uint8Array | string>> = {},
  written: readonly string[] = [],
  // biome-ignore lint/suspicious/noExplicitAny: only the test knows what its script prints.
): { printed: any; files: Record<string, Uint8Array> } {
  const folder = mkdtempSync(join(tmpdir(), "labelmap-"));
  try {
    for (const [name, bytes] of Object.entries(files)) writeFileSync(join(folder, name), bytes);
    const output = execFileSync(python!, ["-c", PRELUDE + script], {
      cwd: folder,
      encoding: "utf8",
      maxBuffer: 2 ** 28,
    });
    const read = (name: string) => [name, new Uint8Array(readFileSync(join(folder, name)))];
    return { printed: JSON.parse(output), files: Object.fromEntries(written.map(read)) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
