/** Checks of colours and numbers that the legend lacks. */

import { counted } from "labelmap/checks";
import type { SeenImage } from "../../inspect-set/walk.js";
import { blendOf, colourDistance, coloursOf, hexOf, type ImageColours, splitColours } from "../colours.js";
import { type Check, listed, NameList } from "../finding.js";
import { foundIn } from "./decoding.js";

/** Each image's colours are counted once, for the two checks that need them. */
const coloursByImage = new WeakMap<SeenImage, Promise<ImageColours | null>>();

function unknownColours(image: SeenImage): Promise<ImageColours | null> {
  const known = coloursByImage.get(image) ?? splitColours(image);
  coloursByImage.set(image, known);
  return known;
}

/** A colour with at least this share of a mask that cannot be decoded is one of its real colours. */
const REAL_SHARE = 0.02;

/** The frequent and the rare colours of a mask whose legend refuses it. */
async function coloursOfFailed({ failure, files }: SeenImage): Promise<ImageColours | null> {
  if (failure?.code !== "FORMAT_INVALID" || files[0] === undefined) return null;
  const colours = await coloursOf(files[0].bytes);
  if (colours === null) return null;
  const total = colours.reduce((sum, { pixels }) => sum + pixels, 0);
  const isReal = ({ pixels }: { pixels: number }) => pixels >= total * REAL_SHARE;
  const known = colours.filter(isReal);
  const unknown = colours.filter((colour) => !isReal(colour));
  return { legend: known.map(({ rgb }) => rgb), known, unknown };
}

export const blended: Check = {
  code: "colours-blended",
  severity: "warning",
  finds: "masks with smooth edges or JPEG damage: many rare colours near the colours of the legend",
  remedy:
    "Export the masks again without smoothing, as PNG and not from a JPEG. If you cannot, --snap repairs them.",
  start: () => {
    const names = new NameList();
    let isScattered = false;
    let isRepairable = true;
    return {
      async see(image) {
        const colours = (await unknownColours(image)) ?? (await coloursOfFailed(image));
        const blend = colours === null ? null : blendOf(colours);
        if (blend === null) return;
        names.add(image.item.name);
        isScattered ||= blend === "scatter";
        isRepairable &&= image.failure === null;
      },
      finish: ({ commands }) => {
        const kind = isScattered ? "JPEG damage" : "smooth edges";
        const message = `${counted(names.count, "mask looks", "masks look")} like ${kind}: many rare colours near the colours of the legend; ${names}`;
        const command = isRepairable ? commands.convert(["--snap", isScattered ? "48" : "neighbours"]) : null;
        return foundIn(names, message, { command });
      },
    };
  },
};

/** A photo has more colours, and nearly none of the legend's. */
const LEAST_OF_PHOTO = 256;
const UNLABELLED_IN_PHOTO = 0.9;

function isPhoto({ map }: SeenImage, { unknown }: ImageColours): boolean {
  const pixels = map!.width * map!.height;
  return unknown.length >= LEAST_OF_PHOTO && map!.unlabelled.count >= pixels * UNLABELLED_IN_PHOTO;
}

/** Whether an image of a folder of masks is rather a photo. */
export async function looksLikePhoto(image: SeenImage): Promise<boolean> {
  const colours = await unknownColours(image);
  return colours !== null && blendOf(colours) === null && isPhoto(image, colours);
}

export const photosAsMasks: Check = {
  code: "mask-is-photo",
  severity: "warning",
  finds: "PNGs that are photos rather than masks",
  remedy: "Say which PNGs are masks: with --suffix by the end of their names, or with --read masks=FOLDER.",
  start: ({ set }) => {
    const names = new NameList();
    const folders = { photos: new Set<string>(), masks: new Set<string>() };
    return {
      async see(image) {
        const isOne = await looksLikePhoto(image);
        if (isOne) names.add(image.item.name);
        for (const { path } of image.files) {
          folders[isOne ? "photos" : "masks"].add(path.slice(0, path.lastIndexOf("/") + 1));
        }
      },
      finish: ({ commands }) => {
        const message = `${counted(names.count, "PNG looks like a photo", "PNGs look like photos")}, not like a mask: ${names}`;
        const [folder, ...others] = folders.masks;
        const isApart = folder !== undefined && folder !== "" && others.length === 0;
        const isSure = isApart && !folders.photos.has(folder) && set.format.name === "mask-folder";
        const read = ["--read", `masks=${folder?.slice(0, -1)}`];
        return foundIn(names, message, isSure ? { command: commands.convert(read) } : {});
      },
    };
  },
};

/** What tools paint where nobody labelled. */
const BLACK = 0;
const MOST_COLOURS = 65_536;
const LISTED_COLOURS = 5;
/** A colour that is this near to a colour of the legend, in RGB, probably stands for it. */
const NEAR = 32;

interface UnknownColour {
  pixels: number;
  images: number;
  /** The nearest colour of a legend. */
  near: { readonly rgb: number; readonly distance: number } | null;
}

export const unlabelledColours: Check = {
  code: "colours-unlabelled",
  severity: "warning",
  finds: "colours that the legend lacks; black alone means that nobody labelled the pixels",
  remedy: "Add the colours to the legend. As it is, their pixels have no label.",
  start: () => {
    const names = new NameList();
    const colours = new Map<number, UnknownColour>();
    return {
      async see(image) {
        const found = await unknownColours(image);
        if (found === null || blendOf(found) !== null || isPhoto(image, found)) return;
        const unknown = found.unknown.filter(({ rgb }) => rgb !== BLACK);
        if (unknown.length === 0) return;
        names.add(image.item.name);
        for (const { rgb, pixels } of unknown) {
          const entry = colours.get(rgb) ?? { pixels: 0, images: 0, near: nearestOf(rgb, found.legend) };
          if (colours.size < MOST_COLOURS) colours.set(rgb, entry);
          entry.pixels += pixels;
          entry.images++;
        }
      },
      finish: ({ commands }) => {
        const sorted = [...colours].sort(([a, m], [b, n]) => n.pixels - m.pixels || a - b);
        const shown = sorted.slice(0, LISTED_COLOURS).map(([rgb, { pixels, images, near }]) => {
          const hint =
            near === null || near.distance > NEAR
              ? ""
              : `, ${near.distance.toFixed(1)} from ${hexOf(near.rgb)}`;
          return `${hexOf(rgb)} (${counted(pixels, "pixel")} in ${counted(images, "image")}${hint})`;
        });
        const more = sorted.length > shown.length ? ` and ${sorted.length - shown.length} more` : "";
        const message = `${counted(names.count, "mask has", "masks have")} colours that the legend lacks: ${shown.join(", ")}${more}; ${names}`;
        const near = sorted.flatMap(([, { near: nearest }]) =>
          nearest !== null && nearest.distance <= NEAR ? [nearest.distance] : [],
        );
        if (near.length === 0) return foundIn(names, message);
        const distance = Math.ceil(near.reduce((most, each) => Math.max(most, each), 0));
        return foundIn(names, message, {
          remedy: `Add the colours to the legend. If they are meant to be the colours near them, --snap ${distance} counts them so.`,
          command: commands.convert(["--snap", String(distance)]),
        });
      },
    };
  },
};

function nearestOf(rgb: number, legend: readonly number[]): UnknownColour["near"] {
  let near: UnknownColour["near"] = null;
  for (const colour of legend) {
    const distance = colourDistance(rgb, colour);
    if (near === null || distance < near.distance) near = { rgb: colour, distance };
  }
  return near;
}

/** Numbers that stand for pixels that nobody labelled. */
const VOID_IDS = [0, 255];

export const unlabelledIds: Check = {
  code: "ids-unlabelled",
  severity: "warning",
  finds: "numbers that the legend lacks; 0 and 255 mean that nobody labelled the pixels",
  remedy: "Add the numbers to the legend. As it is, their pixels have no label.",
  start: () => {
    const names = new NameList();
    const ids = new Map<number, { pixels: number; images: number }>();
    return {
      see({ item, map }) {
        const unknown = map?.unlabelled.ids?.filter(({ id }) => !VOID_IDS.includes(id)) ?? [];
        if (unknown.length > 0) names.add(item.name);
        for (const { id, count } of unknown) {
          const entry = ids.get(id) ?? { pixels: 0, images: 0 };
          if (ids.size < MOST_COLOURS) ids.set(id, entry);
          entry.pixels += count;
          entry.images++;
        }
      },
      finish: () => {
        const sorted = [...ids].sort(([a, m], [b, n]) => n.pixels - m.pixels || a - b);
        const shown = sorted
          .slice(0, LISTED_COLOURS)
          .map(
            ([id, { pixels, images }]) =>
              `${id} (${counted(pixels, "pixel")} in ${counted(images, "image")})`,
          );
        const more = sorted.length > shown.length ? ` and ${sorted.length - shown.length} more` : "";
        const message = `${counted(names.count, "mask has", "masks have")} numbers that the legend lacks: ${shown.join(", ")}${more}; ${names}`;
        return foundIn(names, message);
      },
    };
  },
};

export const colourMeanings: Check = {
  code: "colours-differ",
  severity: "note",
  finds: "colours that mean one class in one mask and another class in another mask",
  remedy: "Each mask is read right with its own legend. Do not read the set with a single legend.",
  start: () => ({
    finish: ({ report }) => {
      const names = new NameList();
      const similar = new Set(report.similarNames.map((group) => [...group].sort().join("\n")));
      const shown: string[] = [];
      for (const { color, classes } of report.colorConflicts) {
        const meanings = classes.map(({ className }) => className).sort();
        // Spellings of one name are a finding of their own.
        if (similar.has(meanings.join("\n"))) continue;
        names.add(color);
        const where = classes.map(({ className, firstImage }) => `${className} in ${firstImage}`);
        if (shown.length < 2) shown.push(`${color} (${listed(where)})`);
      }
      return foundIn(
        names,
        `${counted(names.count, "colour means", "colours mean")} several classes: ${shown.join("; ")}`,
      );
    },
  }),
};
