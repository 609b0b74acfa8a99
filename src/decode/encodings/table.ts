/** The built-in encodings, each with its source, and the check of a custom one. */

import { checkKeys, isObject, kindOf, quote } from "../../checks/describe.js";
import { invalid } from "../../checks/invalid.js";
import type { CustomEncoding, Encoding, EncodingInput } from "./encoding.js";

const PANOPTICAPI = "panopticapi 7bb4655, utils.py, rgb2id";

/** Numbers that are class × divisor + object. */
const byDivisor = (divisor: number) => (id: number) => ({
  classId: Math.floor(id / divisor),
  object: id % divisor,
});

/** All encodings but `colors`, which the legend's colours decode. */
export const ENCODINGS: readonly Encoding[] = [
  {
    name: "palette-index",
    source: "PNG specification, third edition, 11.2.1: the samples of colour type 3 are indices",
    channels: "index",
    unlabelled: [],
    objects: "none",
    meaning: (id) => ({ classId: id }),
  },
  {
    name: "grey",
    source: "PNG specification, third edition, 11.2.1: the samples of colour types 0 and 4",
    channels: "grey",
    unlabelled: [],
    objects: "none",
    meaning: (id) => ({ classId: id }),
  },
  {
    name: "rgb-id",
    source: `${PANOPTICAPI}: R + 256 G + 256² B; 0 is void`,
    channels: "rgb",
    unlabelled: [0],
    objects: "none",
    meaning: (id) => ({ classId: id }),
  },
  {
    name: "rgba-id",
    source: `${PANOPTICAPI}, with 256³ A as the highest byte; 0 is void`,
    channels: "rgba",
    unlabelled: [0],
    objects: "none",
    meaning: (id) => ({ classId: id }),
  },
  {
    name: "segments-ai",
    source:
      "segments-ai 1.0, utils.py, load_label_bitmap_from_url: R + 256 G + 256² B, alpha is ignored; 0 is void",
    channels: "rgb",
    unlabelled: [0],
    objects: "none",
    meaning: (id) => ({ classId: id }),
  },
  {
    name: "cityscapes-instance",
    source: "cityscapesScripts 2.2.4, json2instanceImg.py: id × 1000 + n, n from 0, or the id alone",
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
    source: "KITTI devkit_semantics, readme.txt: label id × 256 + n, n from 1, and 0 without an object",
    channels: "grey",
    unlabelled: [],
    objects: "number",
    legend: "cityscapes",
    meaning: byDivisor(256),
  },
  {
    name: "vistas-instance",
    source: "Mapillary Vistas 1.2 and 2.0, demo.py: label × 256 + n, n from 0 for labels that have instances",
    channels: "grey",
    unlabelled: [],
    objects: "from 0",
    meaning: byDivisor(256),
  },
  {
    name: "mots",
    source: "TrackEval, docs/MOTS-format.txt: class × 1000 + n; 0 is background and 10000 is to be ignored",
    channels: "grey",
    unlabelled: [0, 10],
    objects: "all",
    meaning: byDivisor(1000),
  },
  {
    name: "ade20k",
    source:
      "ADE20K, utils/utils_ade20k.py, loadAde20K: class R / 10 × 256 + G, object B; class 0 is unlabelled",
    channels: "rgb",
    unlabelled: [0],
    objects: "number",
    meaning: (_, [r, g, b]) => ({ classId: Math.floor(r! / 10) * 256 + g!, object: b! }),
  },
  {
    name: "bdd100k-bitmask",
    source:
      "bdd100k, label/to_mask.py, set_instance_color: class R, attributes G, object 256 B + A; class 0 is background",
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
    source: "SYNTHIA-RAND-CITYSCAPES, README: class in the first channel, object in the second; 0 is void",
    channels: "rg",
    unlabelled: [0],
    objects: "number",
    meaning: (_, [r, g]) => ({ classId: r!, object: g! }),
  },
  {
    name: "carla",
    source:
      "CARLA 0.9.16, sensor.camera.instance_segmentation: tag in R, object G + 256 B; tag 0 is unlabelled",
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
  const names = ["colors", ...ENCODINGS.map(({ name }) => name)].join(", ");
  const shown = typeof given === "string" ? quote(given) : kindOf(given);
  throw invalid(`encoding must be one of ${names}, or an object with channels, not ${shown}.`);
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
