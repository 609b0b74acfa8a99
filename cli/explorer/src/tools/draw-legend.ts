/**
 * The legend of a saved picture. It stands right of the mask, so that it covers nothing, and the mask's pixels stay where they
 * are. If it is higher than the mask, the picture is higher, too.
 */
import { formatCount, formatShare } from "../format.js";
import type { OpenMask } from "../state.js";
import { stageColor } from "../theme.js";
import { legendRows } from "./legend-rows.js";

/** Of the picture's shorter side, and its limits in pixels. */
const FONT_SHARE = 0.022;
const SMALLEST_FONT = 11;
const LARGEST_FONT = 48;
/** More rows than these only if they fit beside the mask. */
const FEWEST_ROWS = 8;
/** In widths of the font. Longer names are cut. */
const LONGEST_NAME = 16;

const LIGHT = { ground: "#ffffff", text: "#181b20", quiet: "#545c68" };
const DARK = { ground: "#1d2127", text: "#e8ebef", quiet: "#a3adba" };

/** @returns a larger canvas with the picture and the legend of the whole mask beside it */
export function withLegend(picture: HTMLCanvasElement, mask: OpenMask): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  const context = canvas.getContext("2d", { alpha: false })!;
  const shorter = Math.min(picture.width, picture.height);
  const size = Math.round(Math.min(Math.max(shorter * FONT_SHARE, SMALLEST_FONT), LARGEST_FONT));
  const font = `${size}px system-ui, sans-serif`;
  const line = Math.round(size * 1.6);
  context.font = font;

  const { width, height } = mask.decoded;
  const rows = legendRows(mask, null);
  const fitting = Math.floor((picture.height - 2 * size) / line) - 1;
  const shown = rows.slice(0, Math.max(fitting, FEWEST_ROWS)).map(({ name, color, pixels }) => ({
    name: cut(context, name, LONGEST_NAME * size),
    color,
    share: formatShare(pixels, width * height),
  }));
  const rest = rows.length - shown.length;
  const lastLine = `${rest > 0 ? `… and ${formatCount(rest)} more · ` : ""}share of the mask`;
  const widest = (texts: readonly string[]) =>
    Math.ceil(Math.max(0, ...texts.map((text) => context.measureText(text).width)));
  const nameWidth = widest(shown.map(({ name }) => name));
  const shareWidth = widest(shown.map(({ share }) => share));
  const content = Math.max(2 * size + nameWidth + size + shareWidth, widest([lastLine]));

  canvas.width = picture.width + content + 2 * size;
  canvas.height = Math.max(picture.height, (shown.length + 1) * line + 2 * size);
  const { ground, text, quiet } = stageColor.value[0] < 128 ? DARK : LIGHT;
  context.fillStyle = ground;
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(picture, 0, 0);
  // A new size has reset the context.
  Object.assign(context, { font, textBaseline: "middle" });
  const left = picture.width + size;
  for (const [place, { name, color, share }] of shown.entries()) {
    const middle = size + (place + 0.5) * line;
    context.fillStyle = color;
    context.fillRect(left, Math.round(middle - size / 2), size, size);
    Object.assign(context, { fillStyle: text, textAlign: "left" });
    context.fillText(name, left + 2 * size, middle);
    Object.assign(context, { fillStyle: quiet, textAlign: "right" });
    context.fillText(share, left + content, middle);
  }
  Object.assign(context, { fillStyle: quiet, textAlign: "left" });
  context.fillText(lastLine, left, size + (shown.length + 0.5) * line);
  return canvas;
}

function cut(context: CanvasRenderingContext2D, text: string, width: number): string {
  let shown = text;
  for (let { length } = text; context.measureText(shown).width > width && length > 1; ) {
    length--;
    shown = `${text.slice(0, length)}…`;
  }
  return shown;
}
