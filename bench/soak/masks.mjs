/** Masks for the soak, drawn here, so that their labels are known without a decoder. */
import { encodePng } from "../../test/support/encode-png.mjs";
import { drawRectangles, mulberry32 } from "../../test/support/random.mjs";
import { hashOf } from "./hash.js";

const NAMES = ["road", "car", "person", "sky", "tree", "sign"];
const SIZES = [
  [256, 256],
  [320, 200],
  [640, 360],
];
const PER_SIZE = 24;

/** Three sizes of masks: `{ name, png, result, width, height, hash }`, with the hash of the labels that were drawn. */
export function drawMasks(seed = 1) {
  const random = mulberry32(seed);
  const below = (end) => Math.floor(random() * end);
  return SIZES.flatMap(([width, height]) =>
    Array.from({ length: PER_SIZE }, (_, index) => {
      const labels = drawRectangles(random, width, height, () => below(NAMES.length + 1) - 1);
      // Each mask has colours of its own, so that another mask's legend would give other labels.
      const colors = NAMES.map((_name, label) => [label * 40 + 1, below(256), below(256)]);
      const samples = new Uint8Array(width * height * 3);
      for (const [pixel, label] of labels.entries())
        samples.set(label < 0 ? [255, 255, 255] : colors[label], pixel * 3);
      const keys = colors.map(
        (rgb) => `#${rgb.map((value) => value.toString(16).padStart(2, "0")).join("")}`,
      );
      return {
        name: `${width}×${height} ${index}`,
        png: encodePng({ width, height, colourType: 2, bitDepth: 8, samples }),
        result: Object.fromEntries(keys.map((key, label) => [key, NAMES[label]])),
        width,
        height,
        hash: hashOf(labels),
      };
    }),
  );
}
