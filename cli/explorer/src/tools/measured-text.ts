/** What is measured, as tables that spreadsheets take: columns are separated by tabs. */
import type { Box, Point } from "../stage/camera.js";
import type { CornerRow } from "./corner-list.js";
import { distanceBetween } from "./measurement.js";

export function distanceTable(from: Point, to: Point): string {
  const { dx, dy, length, angle } = distanceBetween(from, to);
  return table([
    ["from x", "from y", "to x", "to y", "dx", "dy", "distance", "angle"],
    [from.x, from.y, to.x, to.y, dx, dy, round(length), angle === null ? "" : round(angle)],
  ]);
}

/** @param rows all labels in the box */
export function boxTable({ x, y, width, height }: Box, rows: readonly CornerRow[]): string {
  const area = width * height;
  return table([
    ["x", "y", "width", "height", "pixels"],
    [x, y, width, height, area],
    [],
    ["label", "pixels", "share"],
    ...rows.map(({ name, pixels }) => [name, pixels, Number((pixels / area).toPrecision(6))]),
  ]);
}

function table(rows: readonly (readonly (string | number)[])[]): string {
  return rows.map((row) => row.map((cell) => String(cell).replace(/\s+/g, " ")).join("\t")).join("\n");
}

function round(value: number): number {
  return Number(value.toFixed(4));
}
