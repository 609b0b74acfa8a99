/**
 * `labelmap/ids`: masks whose pixels are ids. Importing it also makes the option `encoding` of `decodeMask` work.
 */

import { legendOfIds } from "../../legend/legend-of-ids.js";
import { fill, readEncoded } from "../encodings/reader.js";
import { encodingOf } from "../encodings/table.js";
import { registerPart } from "../parts.js";

export { type DecodeIdsOptions, decodeIds, type IdMap, type Segment } from "../decode-ids.js";
export type {
  CustomEncoding,
  Encoding,
  EncodingInput,
  EncodingName,
  Meaning,
} from "../encodings/encoding.js";
export { encodingFor, type NaturalEncoding, naturalEncoding } from "../encodings/natural.js";
export { ENCODINGS, encodingOf } from "../encodings/table.js";

registerPart("ids", { encodingOf, legendOfIds, readEncoded, fill });
