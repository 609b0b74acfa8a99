/**
 * YOLO's text files are known by their lines: a class index and at least three points. Files for the detection of boxes
 * have the same names, but four numbers after the index.
 */

import type { CandidateFile, Detection } from "../format.js";
import { detection, endsWith, surestOf } from "../shared/evidence.js";

const IN_LABELS_FOLDER = /(?:^|\/)labels\/(?:.*\/)?[^/]+$/;

export function detect(files: readonly CandidateFile[]): Detection | null {
  const found = surestOf(files, detectFile);
  if (found !== null && found.confidence !== "possible") return found;
  // The first labels may be empty, but data.yaml beside a folder of labels is Ultralytics' layout.
  const yaml = files.find(({ path }) => /(?:^|\/)data\.ya?ml$/i.test(path));
  if (yaml === undefined) return found;
  const hasBoxes = files.some(
    ({ path, head }) => IN_LABELS_FOLDER.test(path) && head !== undefined && isText(head),
  );
  const hasLabels = files.some(({ path }) => IN_LABELS_FOLDER.test(path) && endsWith(path, ".txt"));
  if (!hasLabels || hasBoxes) return found;
  return detection("likely", yaml, "is in a folder with labels/, which has text files");
}

/** Whether there is anything but white space. */
function isText(head: Uint8Array): boolean {
  return head.some((byte) => byte > 32);
}

function detectFile(file: CandidateFile): Detection | null {
  const { path, head } = file;
  if (!endsWith(path, ".txt")) return null;
  const isInFolder = IN_LABELS_FOLDER.test(path);
  if (head === undefined) {
    return isInFolder ? detection("possible", file, "is a text file in a folder called labels") : null;
  }
  if (!startsWithPolygon(head)) return null;
  return isInFolder
    ? detection("certain", file, "has a polygon in its first line, and is in a folder called labels")
    : detection("likely", file, "has a polygon in its first line");
}

function startsWithPolygon(head: Uint8Array): boolean {
  const text = new TextDecoder().decode(head).trimStart();
  const [line = ""] = text.split(/[\r\n]/, 1);
  const words = line.trimEnd().split(/\s+/);
  const isWhole = line.length < text.length;
  // The head may end inside the line, and so inside its last number.
  if (!isWhole) words.pop();
  const [index = "", ...numbers] = words;
  if (!/^\d{1,9}$/.test(index) || numbers.length < 6 || (isWhole && numbers.length % 2 === 1)) return false;
  return numbers.every((word) => /^[\d.eE+-]+$/.test(word) && Number(word) >= 0 && Number(word) <= 1);
}
