/**
 * `labelmap/legend`: legends as other tools write them, and the palettes of public datasets. Importing it also lets
 * `decodeMask` take such legends.
 */

import { readColorLegend } from "../../legend/parse-legend.js";
import { registerPart } from "../parts.js";

export * from "../../legend/index.js";

registerPart("legend", { readColorLegend });
