/**
 * `labelmap/error-codes`: the meaning of each code of a `LabelMapError`, for documentation, logs and people. It is
 * separate from the errors, so that a page does not load sentences that it never shows.
 */

/** Each code with its meaning. Codes are part of the public interface: new ones may come, but none ever changes. */
export const ERROR_CODES = {
  // Legend: the map from colours to values.
  LEGEND_INVALID:
    "The legend is in no form that is known, has no label, has keys and values swapped, has a malformed part, or is too large.",
  LEGEND_AMBIGUOUS:
    "The legend can be read in several ways, such as colours to names and names to colours. The message shows the ways.",
  LEGEND_KEY_INVALID: "A legend key is not a hex colour (an error with `strict: true` only).",
  LEGEND_COLOR_CONFLICT:
    "Two labels have the same colour or the same id, but different names; or a key occurs twice in the text (with `strict: true` only).",
  // Result: the vendor's result object.
  RESULT_INVALID: "The result object does not have the vendor's form; the message names the path.",
  // Classes: class names and the integers that a model trains on.
  CLASS_LIST_INVALID: "The class list has a duplicate name, an id that is out of range, or the wrong form.",
  CLASS_UNKNOWN:
    "The label map has a class that is missing in the class list, or, without a list, has no integer id; or `classMask` is asked for a class that the map lacks.",
  VALUE_OUT_OF_RANGE:
    "A value does not fit the requested integer type or divisor, or a pixel is outside the map.",
  LABEL_UNKNOWN: "The label map has no such label.",
  // PNG: the container and its pixels.
  PNG_SIGNATURE: "The bytes do not start with the PNG signature.",
  PNG_TRUNCATED: "The file ends inside a chunk or before IEND.",
  PNG_CHUNK_INVALID: "A chunk has an impossible length, type or content.",
  PNG_CHUNK_ORDER: "A chunk is missing, duplicated or in the wrong place.",
  PNG_CRC: "A chunk's CRC-32 does not match its bytes.",
  PNG_HEADER: "IHDR has an illegal size, colour type, bit depth, compression, filter or interlace method.",
  PNG_DATA: "The compressed pixels (zlib, DEFLATE) are malformed.",
  PNG_DATA_LENGTH: "The compressed pixels have fewer or more bytes than IHDR says.",
  PNG_ADLER32: "The Adler-32 checksum of the pixels does not match.",
  PNG_FILTER_TYPE: "A scanline has a filter type above 4.",
  PNG_PALETTE_INDEX: "A pixel's palette index has no PLTE entry.",
  PNG_16_BIT_COLORS: "The samples have 16 bits that do not fit 8, so they are no colours of a legend.",
  PNG_TOO_LARGE: "The image has more pixels or the file more bytes than the limits allow.",
  ENCODING_MISMATCH: "The PNG does not have the samples that the encoding needs.",
  IDS_TOO_MANY: "The mask has more distinct ids than `maxIds`, or than a label map, allows.",
  // Decoding: options, the module, the engines.
  OPTION_INVALID: "An option or argument has a value that is not allowed.",
  INPUT_FAILED:
    "A mask or a legend cannot be fetched or read to its end: the connection broke, or the server's status is not ok.",
  NOT_INITIALISED: "A synchronous call came before `await init()`.",
  WASM_UNAVAILABLE:
    "The WebAssembly module cannot be loaded here. The message names the cause: no WebAssembly, no SIMD, nothing to unpack it with, blocked, or wrong bytes.",
  ENGINE_UNAVAILABLE:
    "The engine `upng`, or the explorer, is not part of the program; the message says how to add it.",
  PART_MISSING:
    "An option or a legend needs code that the program does not import; the message has the line to add.",
  OUTPUT_SIZE: "The array given as `into` does not have width * height elements.",
  OUT_OF_MEMORY: "Memory for the label map cannot be allocated.",
  // GPU: maps that are painted on a WebGPU device.
  DEVICE_LOST: "The GPU device was lost or destroyed.",
  DEVICE_LIMIT:
    "The output, or a confusion matrix, is larger than a buffer or texture of the GPU device may be. The message names the limit to ask for.",
  INTERNAL: "A fault of the library itself. Please report it.",
  // Formats: files that other tools read and write.
  FORMAT_INVALID: "A file or object in a data format (.npy, COCO, a palette …) is malformed.",
  FORMAT_UNSUPPORTED:
    "The format allows it, but this library does not support it (such as a float .npy); or a picture is too large for its format.",
  SIZE_MISMATCH: "Two maps that belong together have different sizes.",
  // Playment: the vendor's API over HTTP.
  PLAYMENT_UNAUTHORISED: "The vendor refused the API key, or the key has no access to the project or job.",
  PLAYMENT_NOT_FOUND: "The vendor has no such project, job or attachment (404).",
  PLAYMENT_JOB_NOT_COMPLETED: "The job is not completed yet, so it has no result.",
  PLAYMENT_RESULT_MISSING: "The job is completed but has no result URL, or its result has no mask URL.",
  PLAYMENT_WAIT_TIMEOUT: "The job was not completed before the deadline.",
  PLAYMENT_URL_EXPIRED: "A signed URL had expired, and a new one was refused too.",
  PLAYMENT_RESOLVER_FAILED: "The caller's `resolveAttachment` threw; the error's `cause` is what it threw.",
  PLAYMENT_RATE_LIMITED: "The vendor still answered 429 after all retries.",
  PLAYMENT_BUSY: "The vendor still asked to try again later after all retries (FS_0000, FS_0008, api_error).",
  PLAYMENT_REQUEST_INVALID:
    "The vendor calls a parameter invalid, such as an id that is no UUID (GE_0001, invalid_request_error).",
  PLAYMENT_HTTP: "The vendor or the storage answered with another HTTP error.",
  PLAYMENT_API:
    "The vendor says that the request failed. The message has the vendor's code if it is safe to quote.",
  PLAYMENT_RESPONSE_INVALID:
    "The answer does not have the documented form (no JSON, no `data`, no redirect).",
  PLAYMENT_NOT_PNG: "The mask's URL returned something other than a PNG, for example an HTML page.",
  PLAYMENT_BODY_INCOMPLETE: "A download ended before it was complete.",
  PLAYMENT_TOO_LARGE: "A download is larger than `maxBytes`, or JSON is larger than `maxJsonBytes`.",
  PLAYMENT_TOO_SLOW: "A download did not stop, but took longer than `downloadTimeout`.",
  PLAYMENT_URL_REFUSED:
    "A URL of the vendor or the storage leads to a place that the client's options do not allow.",
  PLAYMENT_REDIRECT_LOOP: "The storage redirects in a loop, or more than ten times.",
  PLAYMENT_TIMEOUT: "A request took longer than its time-out, in every attempt.",
  PLAYMENT_NETWORK: "The host cannot be reached (DNS, connection, TLS or CORS).",
  // Loader: many masks for a training loop.
  MAP_RECYCLED:
    "A map is used after `release()`, or after its array was transferred; a map of the loader after the next one was asked for, without `keep()`; or uploaded runs after `destroy()`.",
  SOURCE_UNREADABLE:
    "The bytes of a mask cannot be read: no permission, an answer other than 200, a Blob that has changed, a function that throws.",
  STEP_FAILED:
    "A function that `addStep` of the loader has made known has thrown, or does not do what a step may do.",
  PHOTO_FAILED: "The function `decodePhoto` of the loader has thrown, or its promise was rejected.",
  WORKER_UNAVAILABLE: "No worker can be started: its file is not found, or the page's policy forbids it.",
  // Batch: whole datasets, from files or the vendor to an output directory or storage.
  JOB_ID_INVALID: "A job's id cannot be used as a file name.",
  TASK_UNFINISHED: "A task was restarted with other options or a changed source, and has not finished.",
  SOURCE_MISSING: "A file or folder to read, such as a mask, its result or a legend, is missing.",
  STORAGE_FAILED: "Outputs cannot be written or read: a full disk, no permission, a storage that refuses.",
  BATCH_LOCKED: "Another run is using the output directory.",
  MANIFEST_INVALID: "The manifest is missing, or has a line that is not a record.",
  WORKER_LOST: "The worker that decoded a mask has died, for example because memory ran out.",
  PEER_MISSING: "An optional package is needed but not installed.",
  QUEUE_FAILED: "The queue's Redis cannot be reached or refuses a command.",
  QUEUE_BUSY: "Workers are processing jobs that were to be enqueued with other options.",
  TASK_INVALID: "A task in the queue is malformed: its job, project, options or place has the wrong form.",
  OUT_NOT_ALLOWED:
    "A task's output place does not lie in a place that the worker was started with (`--allow-out`).",
  OPTIONS_MISSING: "The output place of a queue's task, or the task's options there, are missing or damaged.",
} as const;
