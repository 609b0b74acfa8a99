/** `labelmap/zero-copy`: arrays that a decode fills without a copy. */

import { registerPart } from "../parts.js";
import { decodeInPlace } from "../zero-copy.js";

export { zeroCopyArray } from "../zero-copy.js";

registerPart("zero-copy", { decodeInPlace });
