/** Small masks of drawn rectangles with a legend each, as items of the loader, and what they must become. */
import type { MaskItem } from "../../src/loader/index.js";
import { encodePng } from "./encode-png.mjs";
import { dice, drawRectangles, mulberry32 } from "./random.mjs";

export interface DrawnItem extends MaskItem {
  readonly png: Uint8Array;
  readonly result: Readonly<Record<string, string>>;
  readonly width: number;
  readonly height: number;
  /** The label of each pixel, as it was drawn; -1 is a colour that the legend lacks. */
  readonly labels: Int32Array;
}

const NAMES = ["road", "car", "person", "sky"];

/** @param size width and height; default: each mask has another size, from 1×1 to 40×40. */
export function drawItems(count: number, seed: number, size?: number): DrawnItem[] {
  const random = mulberry32(seed);
  const { below } = dice(random);
  return Array.from({ length: count }, (_, index) => {
    const [width, height] = size === undefined ? [1 + below(40), 1 + below(40)] : [size, size];
    const labels = drawRectangles(random, width, height, () => below(NAMES.length + 1) - 1);
    // Each mask has colours of its own, so that the legend of another mask would give other labels.
    const colors = NAMES.map((_name, label) => [label * 50 + 1, below(256), below(256)]);
    const samples = new Uint8Array(width * height * 3);
    for (const [pixel, label] of labels.entries()) {
      samples.set(label < 0 ? [255, 255, 255] : colors[label]!, pixel * 3);
    }
    const keys = colors.map((rgb) => `#${rgb.map((value) => value.toString(16).padStart(2, "0")).join("")}`);
    return {
      name: `mask ${index}`,
      png: encodePng({ width, height, colourType: 2, bitDepth: 8, samples }),
      result: Object.fromEntries(keys.map((key, label) => [key, NAMES[label]!])),
      width,
      height,
      labels,
    };
  });
}

/** An item whose mask cannot be decoded: its last chunk is missing. */
export function breakItem<I extends { readonly png: Uint8Array }>(item: I): I {
  return { ...item, png: item.png.subarray(0, item.png.length - 12) };
}
