/** The kinds of file that masks are exported as, in words. */
import type { ExportKind } from "../decoding/protocol.js";

export interface Choice {
  readonly kind: ExportKind;
  readonly title: string;
  readonly text: string;
  /** The text for a mask without a legend. */
  readonly textOfNumbers?: string;
  readonly needsClasses: boolean;
}

export const CHOICES: readonly Choice[] = [
  {
    kind: "npy-label",
    title: "Labels · .npy",
    text: "int32, H × W: the legend index of each pixel's label, or −1 for none.",
    textOfNumbers:
      "int32, H × W: each pixel's colour as a number, R + 256 G + 65,536 B, or the number of a grey or palette mask.",
    needsClasses: false,
  },
  {
    kind: "npy-semantic",
    title: "Classes · .npy",
    text: "H × W: each pixel's class id, or the void id for none.",
    needsClasses: true,
  },
  {
    kind: "npy-panoptic",
    title: "Panoptic · .npy",
    text: "int32, H × W: class id × 1000 + object number.",
    needsClasses: true,
  },
  {
    kind: "png-semantic",
    title: "Classes · .png",
    text: "A grey PNG whose samples are the class ids.",
    needsClasses: true,
  },
  {
    kind: "coco-rle",
    title: "COCO RLE · .json",
    text: "A run-length code for each label, in the format that pycocotools reads.",
    textOfNumbers: "A run-length code for each colour or number, as above.",
    needsClasses: false,
  },
];
