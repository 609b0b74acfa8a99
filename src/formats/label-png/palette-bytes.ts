/** A palette of hex colours to the bytes of PLTE. */

import { kindOf, quote } from "../../checks/describe.js";
import { DecodeError } from "../../errors.js";
import { parseColor } from "../../legend/legend.js";

/** @throws {DecodeError} OPTION_INVALID: `palette` is not an array of 1 to 256 colours. */
export function paletteBytes(palette: readonly string[]): Uint8Array {
  if (!Array.isArray(palette) || palette.length < 1 || palette.length > 256) {
    throw new DecodeError("OPTION_INVALID", "palette must be an array of 1 to 256 colours.");
  }
  return Uint8Array.from(
    Array.from(palette as readonly unknown[], (colour, place) => {
      const rgb = typeof colour === "string" ? parseColor(colour) : -1;
      if (rgb >= 0) return [rgb >> 16, (rgb >> 8) & 255, rgb & 255];
      const found = typeof colour === "string" ? quote(colour) : kindOf(colour);
      throw new DecodeError(
        "OPTION_INVALID",
        `palette[${place}]: is ${found}; give a colour such as #f23334.`,
      );
    }).flat(),
  );
}
