/** The palettes that a name stands for wherever a legend is taken, and their legends for colours and ids. */
import type { Draft, Drafts } from "../files/draft.js";
import { ade20k } from "./ade20k.js";
import { camvid, camvid11 } from "./camvid.js";
import { cityscapes, cityscapesTrain } from "./cityscapes.js";
import { cocoPanoptic } from "./coco-panoptic.js";
import { mapillaryVistasV1 } from "./mapillary-vistas-v1.js";
import { mapillaryVistasV2 } from "./mapillary-vistas-v2.js";
import type { Palette, PaletteEntry } from "./palette.js";
import { pascalVoc } from "./pascal-voc.js";

/** The built-in palettes by their names. `parseLegend` and `decodeMask` take a name for a legend. */
export const PALETTES: Readonly<Record<string, Palette>> = {
  "pascal-voc": pascalVoc,
  cityscapes,
  "cityscapes-train": cityscapesTrain,
  ade20k,
  camvid,
  "camvid-11": camvid11,
  "mapillary-vistas-1.2": mapillaryVistasV1,
  "mapillary-vistas-2.0": mapillaryVistasV2,
  "coco-panoptic": cocoPanoptic,
};

/** The palette of this name; capital letters do not matter. */
export function findPalette(name: string): Palette | undefined {
  const key = name.trim().toLowerCase();
  return Object.hasOwn(PALETTES, key) ? PALETTES[key] : undefined;
}

/**
 * The labels of a palette: one for each colour, as in its `legend`, with the id of the class that the colour belongs to. A
 * colour that several classes share has no id. These classes follow with their ids alone, for masks of ids, and so do void
 * labels whose colour belongs to another label.
 */
export function draftsOfPalette({ entries, legend }: Palette): Drafts {
  const colored = [...legend].map(([color, name]): Draft => {
    const own = entries.find((entry) => entry.color === color && entry.name === name);
    const rgb = Number.parseInt(color.slice(1), 16);
    return { key: color, color: { rgb, alpha: 255 }, name, place: 0, ...aboutOf(own) };
  });
  const ids = new Set(colored.map(({ id }) => id));
  const others: Draft[] = [];
  for (const entry of entries) {
    // Negative ids are no pixels. Train ids give all void labels the same number.
    if (entry.id < 0 || ids.has(entry.id)) continue;
    ids.add(entry.id);
    others.push({ key: String(entry.id), name: entry.name, place: 0, ...aboutOf(entry) });
  }
  const { check } = legend as { check?: Drafts["check"] };
  return { drafts: [...colored, ...others], check };
}

function aboutOf(entry: PaletteEntry | undefined): Pick<Draft, "id" | "isThing" | "supercategory"> {
  if (entry === undefined) return {};
  const { id, isThing, supercategory } = entry;
  return {
    ...(id >= 0 && { id }),
    ...(isThing !== undefined && { isThing }),
    ...(supercategory !== undefined && { supercategory }),
  };
}
