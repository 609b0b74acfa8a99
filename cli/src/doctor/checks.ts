/** The table of checks. Findings of equal severity have this order. */

import { alikeClasses, typos, unlistedClasses, unnumbered, unusedClasses } from "./checks/classes.js";
import {
  blended,
  colourMeanings,
  photosAsMasks,
  unlabelledColours,
  unlabelledIds,
} from "./checks/colours.js";
import { ambiguousLegend, engines, sharedColour, undecodable, wideFailures } from "./checks/decoding.js";
import {
  alikeNames,
  duplicates,
  emptyMasks,
  libraryIssues,
  missingPhotos,
  photoSizes,
  sizes,
  uniformMasks,
} from "./checks/images.js";
import { paletteOrder, wideSamples } from "./checks/samples.js";
import type { Check } from "./finding.js";

export const CHECKS: readonly Check[] = [
  ambiguousLegend,
  sharedColour,
  wideFailures,
  undecodable,
  engines,
  photosAsMasks,
  blended,
  unlabelledColours,
  unlabelledIds,
  paletteOrder,
  alikeClasses,
  unlistedClasses,
  unnumbered,
  missingPhotos,
  photoSizes,
  alikeNames,
  emptyMasks,
  libraryIssues,
  typos,
  unusedClasses,
  colourMeanings,
  sizes,
  uniformMasks,
  duplicates,
  wideSamples,
];

/** What is found before the first image, with its severity. */
export const BEFORE_IMAGES = {
  "format-unknown": "no format is recognised, or none whose data sets are read",
  "format-unsure": "the files may be of several formats",
  "values-not-ids": "arrays or PNGs of `labelmap decode` whose values are not class ids",
  "set-unreadable": "the format is recognised, but the set cannot be opened",
} as const satisfies Readonly<Record<string, string>>;
