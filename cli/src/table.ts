/**
 * Formats rows of text as a table for a terminal, with a colour swatch before each row if colours are shown. Cells are
 * made safe here, so that no caller can forget it. Their width is what a terminal shows: 道路 takes four columns.
 */
import { parseColor } from "labelmap/legend";
import stringWidth from "string-width";
import type { TerminalColors } from "./output.js";
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
export function formatTable(columns: readonly Column[], rows: readonly Row[], shown: TerminalColors): string {
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
    return `${shown === 0 ? "" : `${swatch(color, shown)}  `}${padded.join("  ").trimEnd()}`;
  });
  return lines.join("\n");
}

/** A swatch of two columns, with the escape sequences of ISO 8613-6. */
function swatch(color: string, shown: TerminalColors): string {
  const rgb = parseColor(color);
  if (rgb < 0) return "  ";
  const samples = [rgb >> 16, (rgb >> 8) & 255, rgb & 255] as const;
  const code = shown === 256 ? `5;${nearestOf256(samples)}` : `2;${samples.join(";")}`;
  return `\x1b[48;${code}m  \x1b[0m`;
}

/** The levels of each channel in xterm's cube of 6×6×6 colours, which starts at number 16. */
const CUBE_LEVELS = [0, 95, 135, 175, 215, 255];
/** After the cube come 24 greys: 8, 18, 28 … 238. */
const GREYS = Array.from({ length: 24 }, (_, place) => 8 + 10 * place);

function nearestOf256(samples: readonly [number, number, number]): number {
  const near = (levels: readonly number[], sample: number) =>
    levels.reduce(
      (best, level, place) => (Math.abs(level - sample) < Math.abs(levels[best]! - sample) ? place : best),
      0,
    );
  const distance = (levels: readonly number[]) =>
    levels.reduce((sum, level, channel) => sum + (level - samples[channel]!) ** 2, 0);
  const cube = samples.map((sample) => near(CUBE_LEVELS, sample)) as [number, number, number];
  const grey = near(GREYS, (samples[0] + samples[1] + samples[2]) / 3);
  const isGrey =
    distance([GREYS[grey]!, GREYS[grey]!, GREYS[grey]!]) < distance(cube.map((place) => CUBE_LEVELS[place]!));
  return isGrey ? 232 + grey : 16 + 36 * cube[0] + 6 * cube[1] + cube[2];
}
