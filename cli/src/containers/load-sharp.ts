/**
 * Loads sharp when it is first needed. npm installs it with the command, except on machines that it has no build for. There
 * all of the command works, except for masks in other containers than PNG and BMP, and for photos that are resized.
 */

import { LabelMapError } from "labelmap";

export type Sharp = typeof import("sharp").default;

let loaded: Promise<Sharp> | undefined;

/**
 * @param use what needs sharp, in the plural
 * @param otherwise what to do without it
 * @throws {LabelMapError} PEER_MISSING
 */
export async function loadSharp(
  use = "masks as TIFF, WebP, GIF and JPEG",
  otherwise = "save the masks as PNG",
): Promise<Sharp> {
  loaded ??= import("sharp").then(({ default: sharp }) => sharp);
  try {
    return await loaded;
  } catch (cause) {
    loaded = undefined;
    const problem = `${use} need the package sharp, which cannot be loaded`;
    const remedy = `install it beside labelmap-cli (npm install sharp), or ${otherwise}`;
    throw new LabelMapError("PEER_MISSING", `${problem}; ${remedy}.`, { cause });
  }
}
