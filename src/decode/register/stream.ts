/**
 * `labelmap/stream`: importing it lets `decodeMask` and the other asynchronous functions take streams, URLs and Requests,
 * decode a mask while it arrives, and stop in the middle if their signal says so.
 */

import { decodeOpened } from "../open-input.js";
import { registerPart } from "../parts.js";

registerPart("stream", decodeOpened);
