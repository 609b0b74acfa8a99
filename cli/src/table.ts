/**
 * Formats rows of text as a table for a terminal, with a colour swatch before each row if colours are shown. Cells are
 * made safe here, so that no caller can forget it. Their width is what a terminal shows: 道路 takes four columns.
 */
import { parseColor } from "labelmap/legend";
import stringWidth from "string-width";
import { printable } from "./printable.js";

export interface Column {
  readonly title: string;
  readonly align: "left" | "right";
}

export interface Row {
  /** `#rrggbb`; any other text has no swatch. */
  readonly color: string;
  readonly cells: readonly string[];
}

/** The lines of the table, with the titles first. */
export function formatTable(columns: readonly Column[], rows: readonly Row[], showsColors: boolean): string {
  const titles: Row = { color: "", cells: columns.map(({ title }) => title) };
  const safeRows = [titles, ...rows].map(({ color, cells }) => ({
    color,
    cells: cells.map((cell) => ({ text: printable(cell), width: stringWidth(printable(cell)) })),
  }));
  const widths = columns.map((_, place) =>
    safeRows.reduce((most, { cells }) => Math.max(most, cells[place]!.width), 0),
  );
  const lines = safeRows.map(({ color, cells }) => {
    const padded = cells.map(({ text, width }, place) => {
      const padding = " ".repeat(widths[place]! - width);
      return columns[place]!.align === "right" ? padding + text : text + padding;
    });
    return `${showsColors ? `${swatch(color)}  ` : ""}${padded.join("  ").trimEnd()}`;
  });
  return lines.join("\n");
}

/** A swatch of two columns, with the 24-bit escape sequence of ISO 8613-6. */
function swatch(color: string): string {
  const rgb = parseColor(color);
  return rgb < 0 ? "  " : `\x1b[48;2;${rgb >> 16};${(rgb >> 8) & 255};${rgb & 255}m  \x1b[0m`;
}
