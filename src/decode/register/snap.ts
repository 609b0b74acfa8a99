/** `labelmap/snap`: importing it makes the option `snap` work, of `decodeMask` and `labelPixels`. */

import { decodeToNeighbours, snapToNeighbours } from "../neighbours.js";
import { registerPart } from "../parts.js";
import { answerTo } from "../snap.js";

export type { SnapToNeighbours } from "../neighbours.js";
export type { SnapOptions, SnapToNearest } from "../snap.js";

registerPart("snap", { answerTo, decodeToNeighbours, snapToNeighbours });
