/** `labelmap/stream`: importing it makes `decodeMask` and `decodeIds` decode a mask while it arrives. */

import { registerPart } from "../parts.js";
import { decodeStream } from "../stream.js";

registerPart("stream", decodeStream);
