/**
 * The module's one import. It is named by the path of its file from dist/labelmap.wasm, so that a runtime that resolves
 * imports itself finds it. Biome does not know AssemblyScript's decorator, so biome.json leaves this file out.
 */

/** The label of a colour word that is not in the legend, or -1. Must not call the module. */
// @ts-ignore: decorator
@external("./decode/wasm/host.js", "labelOfColor")
export declare function labelOfColor(word: u32): i32;
