/** The class ids of BDD100K: each of its three segmentation tasks has its own. */

import { cityscapesTrain } from "../../legend/palettes/cityscapes.js";
import { idsOfPalette, type NamedId } from "../shared/named-ids.js";

/** A segmentation task of BDD100K, as its folders are called. */
export type Bdd100kTask = "pan_seg" | "sem_seg" | "ins_seg";

/** bdd100k/label/label.py, `labels`, from the id 1 on. 0 is `unlabeled`. The last ten have objects. */
const PANOPTIC = [
  ["dynamic", "void", "#6f4a00"],
  ["ego vehicle", "void", "#000000"],
  ["ground", "void", "#510051"],
  ["static", "void", "#000000"],
  ["parking", "flat", "#faaaa0"],
  ["rail track", "flat", "#e6968c"],
  ["road", "flat", "#804080"],
  ["sidewalk", "flat", "#f423e8"],
  ["bridge", "construction", "#966464"],
  ["building", "construction", "#464646"],
  ["fence", "construction", "#be9999"],
  ["garage", "construction", "#b464b4"],
  ["guard rail", "construction", "#b4a5b4"],
  ["tunnel", "construction", "#96785a"],
  ["wall", "construction", "#66669c"],
  ["banner", "object", "#faaa64"],
  ["billboard", "object", "#dcdcfa"],
  ["lane divider", "object", "#ffa500"],
  ["parking sign", "object", "#dc143c"],
  ["pole", "object", "#999999"],
  ["polegroup", "object", "#999999"],
  ["street light", "object", "#dcdc64"],
  ["traffic cone", "object", "#ff4600"],
  ["traffic device", "object", "#dcdcdc"],
  ["traffic light", "object", "#faaa1e"],
  ["traffic sign", "object", "#dcdc00"],
  ["traffic sign frame", "object", "#faaafa"],
  ["terrain", "nature", "#98fb98"],
  ["vegetation", "nature", "#6b8e23"],
  ["sky", "sky", "#4682b4"],
  ["person", "human", "#dc143c"],
  ["rider", "human", "#ff0000"],
  ["bicycle", "vehicle", "#770b20"],
  ["bus", "vehicle", "#003c64"],
  ["car", "vehicle", "#00008e"],
  ["caravan", "vehicle", "#00005a"],
  ["motorcycle", "vehicle", "#0000e6"],
  ["trailer", "vehicle", "#00006e"],
  ["train", "vehicle", "#005064"],
  ["truck", "vehicle", "#000046"],
] as const;
/** to_mask.py, STUFF_NUM: ids up to it are stuff. Its objects have the class id as their number. */
const LAST_STUFF = 30;

/** format.rst, "Instance Segmentation": the first eight classes of the detection task, from 1. */
const INSTANCES = ["pedestrian", "rider", "car", "truck", "bus", "train", "motorcycle", "bicycle"];

export const BDD100K_IDS: Readonly<Record<Bdd100kTask, readonly NamedId[]>> = {
  pan_seg: PANOPTIC.map(([name, supercategory, color], place) => ({
    ...{ id: place + 1, name, supercategory, color },
    isThing: place + 1 > LAST_STUFF,
  })),
  // Train ids follow Cityscapes.
  sem_seg: idsOfPalette(cityscapesTrain),
  ins_seg: INSTANCES.map((name, place) => ({ id: place + 1, name, isThing: true })),
};
