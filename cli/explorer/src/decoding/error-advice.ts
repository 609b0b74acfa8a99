/** What someone who has dropped files can do about an error of the library. */
const ADVICE: Readonly<Record<string, string>> = {
  PNG_SIGNATURE: "Export the mask as PNG, without loss.",
  PNG_TOO_LARGE: "This page takes masks of up to 268 million pixels (16,384 × 16,384).",
  ENGINE_UNSUPPORTED: "Drop the mask together with its result JSON, which says what its colours are.",
  IDS_TOO_MANY: "This seems to be a photo, or a mask that was saved with loss (JPEG) or smoothed edges.",
  RESULT_INVALID: "Drop the vendor's result object: JSON with a legend of colours and names.",
  LEGEND_INVALID: "Drop the vendor's result object: JSON with a legend of colours and names.",
  LEGEND_COLOR_CONFLICT: "Give each colour one meaning in the legend.",
  CLASS_LIST_INVALID: "Give a class list as ClassList.toJSON writes it.",
  CLASS_UNKNOWN: "Add the class to the class list, let what it lacks be void, or use the mask's own classes.",
  VALUE_OUT_OF_RANGE: "Choose another format, or smaller ids in the class list.",
  SIZE_MISMATCH: "Choose two masks of the same image.",
  TOO_MANY_CLASSES: "Give the masks results that group their colours by class.",
  PHOTO_INVALID: "Export the photo as JPEG, PNG or WebP.",
  OUT_OF_MEMORY: "Close other tabs, or open a smaller mask.",
  WASM_UNAVAILABLE: "Use a current browser: this one, or its settings, does not allow WebAssembly with SIMD.",
  WORKER_FAILED: "Load the page again.",
};

export function errorAdvice(code: string): string {
  const advice = ADVICE[code];
  if (advice !== undefined) return advice;
  if (code.startsWith("PNG_")) return "The file is damaged or cut off: copy or download it again.";
  return "Load the page again; if it stays so, report it with the file.";
}
