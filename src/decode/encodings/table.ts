/** The built-in encodings, each with its source, and the check of a custom one. */

import { didYouMean } from "../../checks/closest.js";
import { checkKeys, isObject, kindOf, quote } from "../../checks/describe.js";
import { invalid } from "../../checks/invalid.js";
import type { CustomEncoding, Encoding, EncodingInput } from "./encoding.js";

/** Numbers that are class × divisor + object. */
const byDivisor = (divisor: number) => (id: number) => ({
  classId: Math.floor(id / divisor),
  object: id % divisor,
});

/** All encodings but `colors`, which the legend's colours decode. */
export const ENCODINGS: readonly Encoding[] = [
  {
    name: "palette-index",
    pixel: "the index",
    source: "PNG specification, third edition, 11.2.1, colour type 3",
    channels: "index",
    unlabelled: [],
    objects: "none",
    meaning: (id) => ({ classId: id }),
  },
  {
    name: "grey",
    pixel: "the sample of 1 to 16 bits",
    source: "PNG specification, third edition, 11.2.1, colour types 0 and 4",
    channels: "grey",
    unlabelled: [],
    objects: "none",
    meaning: (id) => ({ classId: id }),
  },
  {
    name: "rgb-id",
    pixel: "R + 256 G + 256² B; 0 is unlabelled",
    source: "panopticapi 7bb4655, utils.py, rgb2id",
    channels: "rgb",
    unlabelled: [0],
    objects: "none",
    meaning: (id) => ({ classId: id }),
  },
  {
    name: "rgba-id",
    pixel: "R + 256 G + 256² B + 256³ A; 0 is unlabelled",
    source: "as rgb-id, with A as the highest byte",
    channels: "rgba",
    unlabelled: [0],
    objects: "none",
    meaning: (id) => ({ classId: id }),
  },
  {
    name: "segments-ai",
    pixel: "R + 256 G + 256² B, whatever A is; 0 is unlabelled",
    source: "segments-ai, utils.py, load_label_bitmap_from_url",
    channels: "rgb",
    unlabelled: [0],
    objects: "none",
    meaning: (id) => ({ classId: id }),
  },
  {
    name: "cityscapes-instance",
    pixel: "class × 1000 + object, from 0; below 1000 the class alone",
    source: "cityscapesScripts 2.2.4, json2instanceImg.py",
    channels: "grey",
    unlabelled: [],
    objects: "number",
    legend: "cityscapes",
    // One is added, so that 0 stays free for stuff.
    meaning: (id) =>
      id < 1000 ? { classId: id, object: 0 } : { classId: Math.floor(id / 1000), object: (id % 1000) + 1 },
  },
  {
    name: "kitti",
    pixel: "class × 256 + object; 0 is no object",
    source: "KITTI, devkit_semantics, readme.txt",
    channels: "grey",
    needs16Bits: true,
    unlabelled: [],
    objects: "number",
    legend: "cityscapes",
    meaning: byDivisor(256),
  },
  {
    name: "vistas-instance",
    pixel: "class × 256 + object, from 0 in classes of things",
    source: "Mapillary Vistas, demo.py",
    channels: "grey",
    needs16Bits: true,
    unlabelled: [],
    objects: "from 0",
    meaning: byDivisor(256),
  },
  {
    name: "mots",
    pixel: "class × 1000 + object, from 0; 0 and 10000 are unlabelled",
    source: "TrackEval, docs/MOTS-format.txt",
    channels: "grey",
    needs16Bits: true,
    unlabelled: [0, 10],
    objects: "all",
    meaning: byDivisor(1000),
  },
  {
    name: "ade20k",
    pixel: "class ⌊R / 10⌋ × 256 + G, object B; 0 is no object, class 0 is unlabelled",
    source: "ADE20K, utils/utils_ade20k.py, loadAde20K",
    channels: "rgb",
    unlabelled: [0],
    objects: "number",
    meaning: (_, [r, g, b]) => ({ classId: Math.floor(r! / 10) * 256 + g!, object: b! }),
  },
  {
    name: "bdd100k-bitmask",
    pixel: "class R, attributes G, object 256 B + A; class 0 is unlabelled",
    source: "bdd100k, label/to_mask.py, set_instance_color",
    channels: "rgba",
    unlabelled: [0],
    objects: "number",
    meaning: (_, [r, g, b, a]) => ({
      classId: r!,
      object: b! * 256 + a!,
      isCrowd: (g! & 2) !== 0,
      attributes: ["ignored", "crowd", "occluded", "truncated"].filter((_name, bit) => (g! >> bit) & 1),
    }),
  },
  {
    name: "synthia",
    pixel: "class R, object G, with 8 or 16 bits; 0 is no object, class 0 is unlabelled",
    source: "SYNTHIA-RAND-CITYSCAPES, README",
    channels: "rg",
    unlabelled: [0],
    objects: "number",
    meaning: (_, [r, g]) => ({ classId: r!, object: g! }),
  },
  {
    name: "carla",
    pixel: "class R, object G + 256 B; 0 is no object, class 0 is unlabelled",
    source: "CARLA 0.9.16, sensor.camera.instance_segmentation",
    channels: "rgb",
    unlabelled: [0],
    objects: "number",
    meaning: (_, [r, g, b]) => ({ classId: r!, object: g! + 256 * b! }),
  },
];

/**
 * The encoding that a caller means.
 *
 * @returns `undefined` for `colors`.
 * @throws {DecodeError} OPTION_INVALID
 */
export function encodingOf(given: EncodingInput): Encoding | undefined {
  if (given === "colors") return undefined;
  if (isObject(given)) return customEncoding(given as CustomEncoding);
  const found = ENCODINGS.find(({ name }) => name === given);
  if (found !== undefined) return found;
  const names = ["colors", ...ENCODINGS.map(({ name }) => name)];
  const shown = typeof given === "string" ? quote(given) : kindOf(given);
  const meant = didYouMean(given, names);
  throw invalid(
    `encoding must be one of ${names.join(", ")}, or an object with channels, not ${shown}${meant || "."}`,
  );
}

type Bits = readonly [lowest: number, count: number];

function customEncoding(given: CustomEncoding): Encoding {
  checkKeys(given, "channels divisor classBits instanceBits unlabelled", "the encoding");
  const { channels, divisor, classBits, instanceBits, unlabelled = [] } = given;
  const isOne = channels === "grey" || channels === "index";
  if (!isOne && !(typeof channels === "string" && /^(?!.*(.).*\1)[rgba]{1,4}$/.test(channels))) {
    throw invalid('channels must be "grey", "index" or different letters of "rgba".');
  }
  if (divisor !== undefined && !(Number.isInteger(divisor) && divisor >= 1 && divisor < 2 ** 32)) {
    throw invalid("divisor must be an integer from 1 to 2^32 - 1.");
  }
  if (divisor !== undefined && (classBits !== undefined || instanceBits !== undefined)) {
    throw invalid("an encoding has either a divisor or classBits and instanceBits.");
  }
  checkBits(classBits, "classBits");
  checkBits(instanceBits, "instanceBits");
  if (instanceBits !== undefined && classBits === undefined) {
    throw invalid("instanceBits need classBits, which say where the class is.");
  }
  if (!Array.isArray(unlabelled) || !unlabelled.every((id) => Number.isInteger(id) && id >= 0)) {
    throw invalid("unlabelled must be an array of integers of at least 0.");
  }
  const part = (id: number, [lowest, count]: Bits) => Math.floor(id / 2 ** lowest) % 2 ** count;
  return {
    name: "custom",
    pixel: "as the caller says",
    source: "the caller",
    channels,
    unlabelled: [...unlabelled],
    objects: divisor === undefined && instanceBits === undefined ? "none" : "number",
    meaning: (id) => {
      if (divisor !== undefined) return byDivisor(divisor)(id);
      const classId = classBits === undefined ? id : part(id, classBits);
      return instanceBits === undefined ? { classId } : { classId, object: part(id, instanceBits) };
    },
  };
}

function checkBits(bits: Bits | undefined, name: string): void {
  if (bits === undefined) return;
  const [lowest, count] = Array.isArray(bits) && bits.length === 2 ? bits : [];
  if (
    Number.isInteger(lowest) &&
    Number.isInteger(count) &&
    lowest! >= 0 &&
    count! >= 1 &&
    lowest! + count! <= 32
  ) {
    return;
  }
  throw invalid(`${name} must be [lowest, count]: two integers, in all at most 32 bits.`);
}
