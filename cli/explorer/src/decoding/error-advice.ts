/** What the user can do about an error of the library. */
const ADVICE: Readonly<Record<string, string>> = {
  PNG_SIGNATURE: "Export the mask as a PNG, without loss.",
  PNG_TOO_LARGE: "This page opens masks of up to 268 million pixels (16,384 × 16,384).",
  PNG_16_BIT_COLORS: "Save the mask with 8 bits per sample, or open it with `labelmap view --encoding`.",
  ENCODING_MISMATCH: "Open the mask with `labelmap view --encoding`, which says how its numbers are stored.",
  IDS_TOO_MANY: "This looks like a photo, or a mask that was saved with loss (JPEG) or with smoothed edges.",
  RESULT_INVALID: "Drop the vendor's result object, or a legend of colours or ids and names.",
  LEGEND_INVALID:
    "Drop the vendor's result object, or a legend of colours and names. `labelmap view --encoding` reads masks of ids.",
  LEGEND_AMBIGUOUS: "Write a # before each colour, or open the mask with `labelmap view --form`.",
  FORMAT_INVALID: "Correct the line that the message names.",
  LEGEND_COLOR_CONFLICT: "Give each colour one meaning in the legend.",
  CLASS_LIST_INVALID: "Use a class list in the format that ClassList.toJSON writes.",
  CLASS_UNKNOWN:
    "Add the class to the class list, save missing classes as void, or use the mask's own classes.",
  VALUE_OUT_OF_RANGE: "Choose another format, or smaller ids in the class list.",
  SIZE_MISMATCH: "Choose two masks of the same image.",
  TOO_MANY_LABELS: "Decode the mask with `labelmap decode`, which has no such limit.",
  TOO_MANY_CLASSES: "Open the masks with results that group their colours into classes.",
  PHOTO_INVALID: "Export the photo as JPEG, PNG or WebP.",
  OUT_OF_MEMORY: "Close other tabs, or open a smaller mask.",
  WASM_UNAVAILABLE:
    "Use a current browser and allow WebAssembly in its settings. This page needs WebAssembly with SIMD.",
  WORKER_FAILED: "Reload the page.",
};

export function errorAdvice(code: string): string {
  const advice = ADVICE[code];
  if (advice !== undefined) return advice;
  if (code.startsWith("PNG_")) return "The file is damaged or cut off. Copy or download it again.";
  return "Reload the page. If the error comes back, report it together with the file.";
}
