/** What to do if the module cannot be loaded. */

/**
 * JavaScript engines tell the reason only in their words.
 * @param isFetched whether the module's bytes were there.
 * @param isBuiltIn whether they are the library's own.
 */
export function remedyFor(cause: unknown, isFetched: boolean, isBuiltIn: boolean): string {
  if (!isFetched) {
    return isBuiltIn
      ? "this runtime cannot unpack the built-in module; pass the labelmap.wasm of this version to `init({ wasm })`"
      : "check what you gave as `wasm`, and that the labelmap.wasm of this version can be fetched there";
  }
  const text = String(cause);
  if (/content security|unsafe-eval|\bCSP\b/i.test(text)) {
    return "allow 'wasm-unsafe-eval' in the content security policy";
  }
  if (/disallowed|not allowed/i.test(text)) {
    return "this runtime compiles no modules; pass a compiled module to `init({ wasm })`";
  }
  if (cause instanceof RangeError || /memory/i.test(text)) {
    return "there is too little memory; free some, or use fewer threads";
  }
  if (isBuiltIn)
    return "the built-in module is damaged; install labelmap again, and check your bundler's settings";
  return "pass the labelmap.wasm of exactly this version: its bytes, a module compiled from them, or a URL that can be fetched";
}
