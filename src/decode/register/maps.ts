/**
 * `labelmap/maps`: label maps from your own arrays, such as a model's prediction. Importing it also makes the target
 * `runs` of `decodeMask` work.
 */

import { collectRuns } from "../engines/collect-runs.js";
import { registerPart } from "../parts.js";

export * from "../../maps/index.js";

registerPart("maps", { collectRuns });
