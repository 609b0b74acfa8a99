/** What the detection of several formats needs: the best of many answers, and what the first bytes of a PNG say. */

import { quote } from "../../checks/describe.js";
import type { CandidateFile, Detection } from "../format.js";

const RANKS = ["certain", "likely", "possible"] as const;

/** Asks about each file alone and returns the surest answer: the first one, if several are equally sure. */
export function surestOf(
  files: readonly CandidateFile[],
  detectFile: (file: CandidateFile) => Detection | null,
): Detection | null {
  let surest: Detection | null = null;
  for (const file of files) {
    const detection = detectFile(file);
    if (detection === null) continue;
    if (surest === null || rankOf(detection) < rankOf(surest)) surest = detection;
    if (surest.confidence === "certain") break;
  }
  return surest;
}

/** @param evidence the rest of a sentence that starts with the file's path */
export function detection(
  confidence: Detection["confidence"],
  { path }: CandidateFile,
  evidence: string,
): Detection {
  return { confidence, reason: `${quote(path)} ${evidence}.` };
}

/** What a PNG's header says (PNG specification, 11.2.1), or null if the bytes do not start like a PNG. */
export function pngKind(
  head: Uint8Array,
): { readonly bitDepth: number; readonly isGrey: boolean; readonly isPalette: boolean } | null {
  const [bitDepth, colorType] = [head[24], head[25]];
  if (!PNG_START.every((byte, index) => head[index] === byte)) return null;
  if (bitDepth === undefined || colorType === undefined) return null;
  return { bitDepth, isGrey: colorType === 0, isPalette: colorType === 3 };
}

/** Whether a path ends so, in whatever case. */
export function endsWith(path: string, ending: string): boolean {
  return path.toLowerCase().endsWith(ending);
}

/** The signature (5.2), the length of the chunk IHDR and its name. */
const PNG_START = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52];

function rankOf({ confidence }: Detection): number {
  return RANKS.indexOf(confidence);
}
