/** What to do if the module cannot be loaded. */
import { tagOf } from "../../checks/tag-of.js";

const FILE = "the labelmap.wasm of exactly this version";
const DAMAGED = "the built-in module is damaged; install labelmap again, and check your bundler's settings";

/**
 * JavaScript engines tell the reason only in their words.
 * @param given the bytes or the module that was refused; `undefined` if there was none yet.
 * @param isBuiltIn whether the source is the library's own.
 */
export function remedyFor(cause: unknown, given: unknown, isBuiltIn: boolean): string {
  const text = String(cause);
  if (given === undefined) {
    if (!isBuiltIn) return `check what you gave as \`wasm\`, and that ${FILE} can be fetched there`;
    return /DecompressionStream|compression format/i.test(text)
      ? `this runtime cannot unpack the built-in module; pass ${FILE} to \`init({ wasm })\`, or in a page add \`import "labelmap/upng"\``
      : DAMAGED;
  }
  if (/content security|unsafe-eval|\bCSP\b/i.test(text)) {
    return "allow 'wasm-unsafe-eval' in the content security policy";
  }
  if (/disallowed|not allowed/i.test(text)) {
    return "this runtime compiles no modules; pass a compiled module to `init({ wasm })`";
  }
  if (cause instanceof RangeError || /memory/i.test(text)) {
    return "there is too little memory; free some, or use fewer threads";
  }
  if (isBuiltIn) return DAMAGED;
  if (tagOf(given) === "Module") {
    return 'this is a namespace; write `import source wasm from "labelmap/labelmap.wasm"`, or pass the file\'s bytes';
  }
  return `pass ${FILE}: its bytes, a module compiled from them, or a URL that can be fetched`;
}
