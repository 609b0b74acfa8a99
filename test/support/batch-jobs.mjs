/**
 * Draws small jobs for tests of the batch. They come from a seed, so a test and the programs that it starts get the
 * same jobs, and know each pixel's label without a decoder.
 */
import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { encodePng } from "./encode-png.mjs";
import { dice, mulberry32 } from "./random.mjs";

const VALUES = ["road", "sky", "car # 1", "car # 2", "pedestrian # 1", "building"];

/**
 * @typedef {{ job: string, png: Uint8Array, result: { legend: Record<string, string> }, width: number, height: number,
 *   labels: Int32Array }} DrawnJob `labels`: H×W, row-major, -1 if the colour is not in the legend
 * @returns {DrawnJob} rectangles of random colours on an unlabelled ground
 */
export function drawJob(seed, job = `job-${String(seed).padStart(4, "0")}`) {
  const { below } = dice(mulberry32(seed));
  const [width, height] = [8 + below(40), 8 + below(30)];
  const colors = new Set();
  while (colors.size < VALUES.length) colors.add(1 + below(0xffffff));
  const rgb = [...colors];
  const legend = Object.fromEntries(
    VALUES.map((value, label) => [`#${rgb[label].toString(16).padStart(6, "0")}`, value]),
  );
  const labels = new Int32Array(width * height).fill(-1);
  for (let count = 0; count < 10; count++) {
    const label = below(VALUES.length);
    const [left, top] = [below(width), below(height)];
    const [right, bottom] = [left + below(width), top + below(height)];
    for (let y = top; y < Math.min(bottom, height); y++) {
      labels.fill(label, y * width + left, y * width + Math.min(right, width));
    }
  }
  const samples = Array.from(labels, (label) => rgb[label] ?? 0).flatMap((color) => [
    color >> 16,
    (color >> 8) & 255,
    color & 255,
  ]);
  const png = encodePng({ width, height, colourType: 2, bitDepth: 8, samples, filter: "adaptive" });
  return { job, png, result: { legend }, width, height, labels };
}

/** @param {DrawnJob[]} jobs @returns {(job: string) => { mask: string, result: string }} */
export function writeJobs(jobs, folder) {
  mkdirSync(folder, { recursive: true });
  const filesOf = (job) => ({ mask: join(folder, `${job}.png`), result: join(folder, `${job}.json`) });
  for (const { job, png, result } of jobs) {
    writeFileSync(filesOf(job).mask, png);
    writeFileSync(filesOf(job).result, JSON.stringify(result));
  }
  return filesOf;
}

/** Reads a `.npy` file of version 1.0 (NumPy Enhancement Proposal 1). It shares no code with the library. */
export function readNpy(bytes) {
  if (bytes.length < 10 || Buffer.from(bytes.subarray(0, 8)).toString("latin1") !== "\x93NUMPY\x01\x00") {
    throw new Error("not a .npy file");
  }
  const start = 10 + bytes[8] + 256 * bytes[9];
  const header = Buffer.from(bytes.subarray(10, start)).toString("latin1");
  const [, descr] = /'descr': '([^']+)'/.exec(header);
  const [, height, width] = /'shape': \((\d+), (\d+)\)/.exec(header);
  if (!header.includes("'fortran_order': False")) throw new Error("Fortran order");
  return { descr, shape: [Number(height), Number(width)], elements: bytes.subarray(start) };
}

/** Whether a file is the complete label map of a job. */
export function isLabelNpy(bytes, { labels, width, height }) {
  const { descr, shape, elements } = readNpy(bytes);
  return (
    descr === "<i4" &&
    shape[0] === height &&
    shape[1] === width &&
    Buffer.from(labels.buffer).equals(Buffer.from(elements))
  );
}

export const sha256 = (bytes) => createHash("sha256").update(bytes).digest("hex");
