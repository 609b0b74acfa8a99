/**
 * Binary masks are known by their names: several folders have masks of the same classes or images. What is in the PNGs is seen
 * only when they are read, so only the names of Label Studio and segment-anything are certain.
 */

import type { CandidateFile, Detection } from "../format.js";
import { detection, pngKind } from "../shared/evidence.js";
import { proposePatterns } from "./propose.js";

export function detect(files: readonly CandidateFile[]): Detection | null {
  const fileOf = new Map(files.map((file) => [file.path, file]));
  const pngs = new Set(
    files.filter(({ path, head }) => /\.png$/i.test(path) && (head === undefined || pngKind(head) !== null)),
  );
  const proposals = proposePatterns(
    [...fileOf.values()]
      .filter((file) => pngs.has(file) || !/\.png$/i.test(file.path))
      .map(({ path }) => path),
  );
  const [best, ...others] = proposals;
  if (best === undefined) return null;
  const patterns = proposals.map(({ pattern }) => pattern).join(" and ");
  const evidence = `and ${best.masks - 1} other PNGs have names like ${patterns}`;
  // Photos may lie in folders of classes, too.
  const isColoured = [...pngs].some(({ head }) => {
    const kind = head === undefined ? null : pngKind(head);
    return kind !== null && !kind.isGrey && !kind.isPalette;
  });
  const isClear = others.length === 0 && !isColoured;
  return detection(
    !isClear ? "possible" : best.isOfTool ? "certain" : "likely",
    { path: best.example },
    evidence,
  );
}
