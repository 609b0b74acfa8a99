/** What the module asks its host. `labelOfColor` is the import `host.labelOfColor`; see src/decode/wasm/module.ts. */

/** The label of a colour word that the legend does not have, or -1. May not call the module. */
export declare function labelOfColor(word: u32): i32;

/** What becomes of colours that the legend does not have. */
export enum Unknown {
  /** They are unlabelled. */
  UNLABELLED = 0,
  /** The host says which label's colour they are nearest to; the pixels that get one are counted apart. */
  SNAP = 1,
  /** There is no legend: the host numbers the colours as they turn up. */
  NUMBER = 2,
}
