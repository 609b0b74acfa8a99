/// <reference types="node" />
/** Checks of images and their files: photos, sizes, lists, names, copies, masks without content. */

import { createHash } from "node:crypto";
import { counted } from "labelmap/checks";
import { inFlags } from "../../in-flags.js";
import { type Check, type Found, listed, NameList, type Severity } from "../finding.js";
import { photoSize } from "../photo-size.js";
import { looksLikePhoto } from "./colours.js";
import { foundIn } from "./decoding.js";

export const missingPhotos: Check = {
  code: "photo-missing",
  severity: "warning",
  finds: "images without a photo, in a set that has photos",
  remedy: "Add the photos, or check their names: a photo has the name of its mask.",
  start: () => {
    const names = new NameList();
    return {
      see({ item }) {
        if (item.photo === null) names.add(item.name);
      },
      finish: ({ summary: { photos } }) =>
        photos === 0
          ? []
          : foundIn(names, `${counted(names.count, "image has", "images have")} no photo: ${names}`),
    };
  },
};

export const photoSizes: Check = {
  code: "photo-size",
  severity: "warning",
  finds: "photos whose size differs from their mask",
  remedy: "Use the photos that were annotated, in the size of the masks, or resize the masks with --resize.",
  start: ({ readHead }) => {
    const names = new NameList();
    let first = "";
    return {
      async see({ item, map }) {
        const { photo } = item;
        if (map === null || photo === null) return;
        const size = await photoSize((bytes) => readHead(photo, bytes));
        if (size === null || (size.width === map.width && size.height === map.height)) return;
        names.add(item.name);
        first ||= `${photo} has ${size.width}×${size.height} pixels, but the mask ${map.width}×${map.height}`;
      },
      finish: () =>
        foundIn(
          names,
          `${counted(names.count, "photo has", "photos have")} another size than the mask: ${first}`,
        ),
    };
  },
};

export const sizes: Check = {
  code: "mask-sizes",
  severity: "note",
  finds: "masks of several sizes",
  remedy: "Nothing, unless your training code needs one size. --resize makes them equal.",
  start: () => ({
    finish: ({ summary }) => {
      const names = summary.sizes.map(({ width, height, images }) => `${width}×${height} (${images})`);
      if (names.length < 2) return [];
      return [
        {
          message: `the masks have ${names.length} sizes: ${listed(names)}`,
          count: names.length,
          names: names.slice(0, 100),
        },
      ];
    },
  }),
};

export const emptyMasks: Check = {
  code: "mask-empty",
  severity: "warning",
  finds: "masks in which no pixel has a label",
  remedy: "Label them, or leave them out of a converted set, as the command does.",
  start: () => {
    const names = new NameList();
    return {
      async see(image) {
        if (!image.map?.labels.every(({ pixelCount }) => pixelCount === 0)) return;
        if (!(await looksLikePhoto(image))) names.add(image.item.name);
      },
      finish: ({ commands, summary }) =>
        foundIn(names, `${counted(names.count, "mask has", "masks have")} no label: ${names}`, {
          command: names.count < summary.images ? commands.convert(["--filter", "labelled"]) : null,
        }),
    };
  },
};

export const uniformMasks: Check = {
  code: "mask-uniform",
  severity: "note",
  finds: "masks in which all pixels have one label",
  remedy: "Nothing, if the images show nothing else.",
  start: () => {
    const names = new NameList();
    return {
      see({ item, map }) {
        if (map?.labels.some(({ pixelCount }) => pixelCount === map.width * map.height)) names.add(item.name);
      },
      finish: () =>
        foundIn(names, `${counted(names.count, "mask has", "masks have")} a single label: ${names}`),
    };
  },
};

/** As many bytes of the hash as make an accidental match impossible. */
const HASH_BYTES = 16;

export const duplicates: Check = {
  code: "mask-duplicate",
  severity: "note",
  finds: "masks whose files are equal",
  remedy: "Check that no image is in the set twice, above all not in two parts of it.",
  start: () => {
    const names = new NameList();
    const pairs: string[] = [];
    const firstOf = new Map<string, string>();
    return {
      see({ item, map, files }) {
        if (map === null || files.length === 0) return;
        const hash = createHash("sha256");
        for (const { bytes } of files) hash.update(bytes);
        const key = hash.digest().subarray(0, HASH_BYTES).toString("latin1");
        const first = firstOf.get(key);
        if (first === undefined) firstOf.set(key, item.name);
        else {
          names.add(item.name);
          if (pairs.length < 3) pairs.push(`${item.name} as ${first}`);
        }
      },
      finish: () =>
        foundIn(
          names,
          `${counted(names.count, "mask is", "masks are")} the same as another: ${listed(pairs, names.count)}`,
        ),
    };
  },
};

export const alikeNames: Check = {
  code: "names-alike",
  severity: "warning",
  finds: "names of images that differ only in their Unicode normalisation (NFC and NFD)",
  remedy: "Rename one of each pair. They look the same, and some systems take them for the same file.",
  start: () => {
    const names = new NameList();
    const composed = new Map<string, string>();
    return {
      see({ item: { name } }) {
        const key = name.normalize("NFC");
        const first = composed.get(key);
        if (first === undefined) composed.set(key, name);
        else if (first !== name) names.add(name);
      },
      finish: () =>
        foundIn(names, `${counted(names.count, "name looks", "names look")} the same as another: ${names}`),
    };
  },
};

/** Issues of the library that other checks report in more detail. */
const OF_OTHERS = new Set(["legend-missing", "more-issues"]);
/** What can change a result without anybody noticing. All other issues are notes. */
const WARNINGS = new Set([
  "masks-ignored",
  "color-ambiguous",
  "legend-key-invalid",
  "legend-key-repeated",
  "legend-value-number",
  "mask-missing",
  "png-crc",
  "transparent-pixels",
]);

export const libraryIssues: Check = {
  code: "issues",
  severity: "note",
  finds: "what the decoder and the reader of the format noticed, each with the code of its issue",
  remedy: "Correct what the message names, if it is not meant.",
  start: ({ set }) => {
    const ofItems = new Map<string, { readonly names: NameList; readonly message: string }>();
    return {
      see({ item }) {
        for (const { code, message } of item.issues) {
          const entry = ofItems.get(code) ?? { names: new NameList(), message };
          ofItems.set(code, entry);
          entry.names.add(item.name);
        }
      },
      finish: ({ report, commands }) => {
        const ofSet = set.issues.map(({ code, message }) => ({ code, count: 1, names: [], message }));
        const ofImages = Array.from(
          ofItems,
          ([
            code,
            {
              names: { count, names },
              message,
            },
          ]) => {
            return { code, count, names, message: `${counted(count, "image")}: ${inFlags(message, code)}` };
          },
        );
        const ofMaps = report.issues.map(({ code, count, images, example }) => {
          const message = `${counted(images, "mask")}, first ${example.id}: ${inFlags(example.message, code)}`;
          return { code, count, names: [example.id], message };
        });
        return [...ofSet, ...ofImages, ...ofMaps]
          .filter(({ code }) => !OF_OTHERS.has(code))
          .map((issue): Found => {
            const severity: Severity = WARNINGS.has(issue.code) ? "warning" : "note";
            const more = REMEDIES[issue.code]?.(commands) ?? {};
            return { ...issue, severity, ...more };
          });
      },
    };
  },
};

const REMEDIES: Readonly<
  Record<
    string,
    (commands: Parameters<ReturnType<Check["start"]>["finish"]>[0]["commands"]) => Partial<Found>
  >
> = {
  "masks-ignored": () => ({ remedy: "Convert these files alone, or remove them if they are no masks." }),
  "mask-missing": (commands) => ({
    remedy: "Add the masks, or take their names out of the lists. A converted set has neither.",
    command: commands.convert(),
  }),
  "transparent-pixels": (commands) => ({
    remedy: "If nobody labelled these pixels, --transparent unlabelled says so.",
    command: commands.convert(["--transparent", "unlabelled"]),
  }),
};
