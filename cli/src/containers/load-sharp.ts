/**
 * Loads sharp when it is first needed. npm installs it with the command, except on machines that it has no build for. There
 * all of the command works, except for masks in other containers than PNG and BMP.
 */

import { LabelMapError } from "labelmap";

export type Sharp = typeof import("sharp").default;

let loaded: Promise<Sharp> | undefined;

/** @throws {LabelMapError} PEER_MISSING */
export function loadSharp(): Promise<Sharp> {
  loaded ??= import("sharp").then(
    ({ default: sharp }) => sharp,
    (cause: unknown) => {
      loaded = undefined;
      const problem = "masks as TIFF, WebP, GIF and JPEG need the package sharp, which cannot be loaded";
      const remedy = "install it beside labelmap-cli (npm install sharp), or save the masks as PNG";
      throw new LabelMapError("PEER_MISSING", `${problem}; ${remedy}.`, { cause });
    },
  );
  return loaded;
}
