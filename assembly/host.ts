/** What the module asks of its host, src/decode/wasm/host.ts. */

export { labelOfColor } from "./host-import";

/** What alpha means. */
export enum Alpha {
  /** Nothing. */
  IGNORED = 0,
  /** It is the fourth channel of a colour. */
  CHANNEL = 1,
  /** Colours alone decide on labels. The fully transparent pixels of each label are counted. */
  COUNTED = 2,
  /** Fully transparent pixels are unlabelled. */
  UNLABELLED = 3,
}

/** What to do with colours that are not in the legend. */
export enum Unknown {
  /** Their pixels are unlabelled. */
  UNLABELLED = 0,
  /** The host names the label of the nearest colour. Pixels that get one are counted separately. */
  SNAP = 1,
  /** There is no legend. The host numbers the colours in the order in which they turn up. */
  NUMBER = 2,
}
