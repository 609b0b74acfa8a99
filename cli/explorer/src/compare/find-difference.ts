/** Goes from one difference of two masks to the next: the pairs of classes that differ, the one with the most pixels first. */
import { counted, nameInText } from "../format.js";
import { post } from "../notices.js";
import { cellPixels } from "./cell-pixels.js";
import { comparison, findCell, isolatedCell } from "./compare-state.js";

/** After the last difference it begins again. Pixels without a class in the reference count in no figure, and not here. */
export function findDifference(step: 1 | -1): void {
  const compared = comparison.value;
  if (compared === null) return;
  const { classes, cells } = compared;
  const differences = cells
    .map(({ row, column }, place) => ({ row, column, place }))
    .filter(({ row, column }) => row !== column && row < classes.length)
    .map((cell) => ({ ...cell, pixels: cellPixels(compared, cell.row, cell.column) }))
    .sort((a, b) => b.pixels - a.pixels);
  if (differences.length === 0) {
    post("defects", { kind: "info", text: "The two masks have the same classes everywhere." });
    return;
  }
  const place = differences.findIndex((cell) => cell.place === isolatedCell.value);
  const next = place < 0 ? (step > 0 ? 0 : -1) : place + step;
  const at = (next + differences.length) % differences.length;
  const found = differences[at]!;
  findCell(found.place);
  const [from, to] = [found.row, found.column].map((of) => nameInText(classes[of]?.name ?? "none"));
  const text = `Difference ${at + 1} of ${differences.length}: ${from} → ${to}, ${counted(found.pixels, "pixel")}.`;
  post("defects", { kind: "info", text });
}
