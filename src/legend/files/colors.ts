/**
 * Colours as the files of other tools write them, to 0xRRGGBB and alpha. The core reads `#rrggbb` and `r,g,b` in their
 * spellings. Here are those with alpha, the numbers of programming languages, and lists of numbers.
 */
import { parseColor } from "../legend.js";

export interface Color {
  /** 0xRRGGBB. */
  readonly rgb: number;
  /** 0 is fully transparent, 255 opaque. */
  readonly alpha: number;
}

/** `#rrggbbaa` of CSS. Without the `#` eight digits may be a number. */
const HEX_WITH_ALPHA = /^#([0-9a-f]{6})([0-9a-f]{2})$/i;
/** `0xff0000` of C and Python. With eight digits it is not clear where alpha is. */
const HEX_NUMBER = /^0x([0-9a-f]{6})$/i;
/** `(255, 0, 0, 255)` of Python, `rgba(255, 0, 0, 1)` of CSS. Alpha of CSS is a share. */
const FOUR_NUMBERS =
  /^(rgba)?[([]\s*(\d{1,3})[\s,]+(\d{1,3})[\s,]+(\d{1,3})[\s,/]+(\d{1,3}|\d?\.\d{1,9})\s*[)\]]$/i;

/** The colour that a text or a list of three or four numbers writes; `null` if it writes none. */
export function readColor(value: unknown): Color | null {
  if (Array.isArray(value)) return colorOfChannels(value);
  if (typeof value !== "string") return null;
  const rgb = parseColor(HEX_NUMBER.exec(value)?.[1] ?? value);
  if (rgb >= 0) return { rgb, alpha: 255 };
  const hex = HEX_WITH_ALPHA.exec(value);
  if (hex !== null) return { rgb: Number.parseInt(hex[1]!, 16), alpha: Number.parseInt(hex[2]!, 16) };
  const [, css, r, g, b, alpha] = FOUR_NUMBERS.exec(value) ?? [];
  if (alpha === undefined) return null;
  const share = Number(alpha);
  if (css !== undefined && share <= 1) return colorOfChannels([r, g, b, Math.round(share * 255)].map(Number));
  return colorOfChannels([r, g, b, alpha].map(Number));
}

/** Whether a text is a colour and can hardly be a name: `#f00`, `rgb(255, 0, 0)`, `0xff0000`, but not `747`. */
export function isMarkedColor(text: unknown): boolean {
  return typeof text === "string" && /^(#|0x|rgba?\b|[([])/i.test(text) && readColor(text) !== null;
}

function colorOfChannels(channels: readonly unknown[]): Color | null {
  const [r, g, b, alpha = 255] = channels as number[];
  const isColor = (channels.length === 3 || channels.length === 4) && channels.every(isByte);
  return isColor ? { rgb: (r! << 16) | (g! << 8) | b!, alpha } : null;
}

function isByte(value: unknown): boolean {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) <= 255;
}
