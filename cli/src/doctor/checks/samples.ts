/** Checks of how a PNG stores colours: the order of its palette, and the bits of its samples. */

import { counted } from "labelmap/checks";
import { type Check, NameList } from "../finding.js";
import { pngFacts } from "../png-facts.js";
import { foundIn } from "./decoding.js";

export const paletteOrder: Check = {
  code: "palette-order",
  severity: "note",
  finds: "palette images whose palettes have the same colours at other indices (in Pascal VOC a warning)",
  remedy: "Read the masks by their colours. Their indices are not the same from mask to mask.",
  start: ({ set, paths, flags }) => {
    const names = new NameList();
    /** The first index of each colour, in the first palette of each kind of file. */
    const orders: ReadonlyMap<number, number>[] = [];
    const isVoc = set.format.name === "voc";
    return {
      see({ item, files }) {
        for (const [kind, { path, bytes }] of files.entries()) {
          const palette = pngFacts(bytes)?.palette ?? null;
          // Where each mask has its own legend, colours differ from mask to mask anyway.
          if (palette === null || paths.has(path.replace(/\.png$/i, ".json"))) continue;
          const order = orderOf(palette);
          orders[kind] ??= order;
          if (![...order].some(([rgb, index]) => (orders[kind]!.get(rgb) ?? index) !== index)) continue;
          names.add(item.name);
          break;
        }
      },
      finish: ({ commands }) => {
        const message = `${counted(names.count, "mask has", "masks have")} a palette in another order than the first mask: ${names}`;
        if (isVoc) {
          const remedy =
            "Tools that read indices see other classes. Write the masks again, in the order of Pascal VOC.";
          return foundIn(names, message, {
            severity: "warning",
            remedy,
            command: commands.convert([], { to: "voc" }),
          });
        }
        return foundIn(names, message, flags.encoding === "palette-index" ? { severity: "warning" } : {});
      },
    };
  },
};

function orderOf(palette: readonly number[]): ReadonlyMap<number, number> {
  const order = new Map<number, number>();
  for (const [index, rgb] of palette.entries()) if (!order.has(rgb)) order.set(rgb, index);
  return order;
}

export const wideSamples: Check = {
  code: "samples-wide",
  severity: "note",
  finds: "masks of 16 bits per sample that hold colours of 8 bits",
  remedy: "They are read right. Other tools may need 8 bits per sample; a converted set has them.",
  start: () => {
    const names = new NameList();
    return {
      see({ item, map, files }) {
        const isOfColours = map !== null && map.unlabelled.ids === undefined;
        if (isOfColours && files.some(({ bytes }) => isWideColour(bytes))) names.add(item.name);
      },
      finish: () =>
        foundIn(names, `${counted(names.count, "mask has", "masks have")} 16 bits per sample: ${names}`),
    };
  },
};

/** Grey samples of 16 bits may be numbers, as in Cityscapes' instanceIds. */
function isWideColour(bytes: Uint8Array): boolean {
  const facts = pngFacts(bytes);
  return facts !== null && facts.bitDepth === 16 && (facts.colourType === 2 || facts.colourType === 6);
}
