/**
 * Draws small data sets in the layouts of public ones. Classes and objects of the pixels are chosen first, and then written
 * as the layout has them, so what a reader must find is known beforehand.
 */
import { encodePng } from "./encode-png.mjs";
import { dice, mulberry32 } from "./random.mjs";

/** The class of each pixel, -1 for none, and the number of its object in the layout, 0 or -1 for none. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly classes: number[];
  readonly objects: number[];
}

export interface DrawnItem extends Pixels {
  readonly name: string;
  readonly split: string | null;
  readonly photo: string | null;
}

export interface DrawnLayout {
  readonly files: Record<string, Uint8Array | string>;
  /** In the order of their names. */
  readonly items: readonly DrawnItem[];
}

/** Random rectangles of a class and one of its objects, on ground without a class. */
export function drawPixels(
  seed: number,
  choices: readonly (readonly [classId: number, ...objects: number[]])[],
): Pixels {
  const { below } = dice(mulberry32(seed));
  const [width, height] = [2 + below(22), 2 + below(22)];
  const classes = Array<number>(width * height).fill(-1);
  const objects = Array<number>(width * height).fill(-1);
  for (let rectangle = 0; rectangle < 16; rectangle++) {
    const [classId, ...numbers] = choices[below(choices.length)]!;
    const number = numbers.length === 0 ? -1 : numbers[below(numbers.length)]!;
    const [left, top] = [below(width), below(height)];
    const [right, bottom] = [left + 1 + below(width - left), top + 1 + below(height - top)];
    for (let y = top; y < bottom; y++) {
      for (let x = left; x < right; x++) {
        classes[y * width + x] = classId;
        objects[y * width + x] = number;
      }
    }
  }
  return { width, height, classes, objects };
}

type Sample = (classId: number, object: number) => readonly number[];

/** A PNG of the samples of each pixel. */
export function pngOf(
  { width, height, classes, objects }: Pixels,
  colourType: 0 | 2 | 3 | 6,
  bitDepth: 8 | 16,
  sample: Sample,
  palette?: Uint8Array,
): Uint8Array {
  const samples = classes.flatMap((classId, pixel) => [...sample(classId, objects[pixel]!)]);
  return encodePng({ width, height, colourType, bitDepth, samples, ...(palette && { palette }) });
}

/** Many colours, so that indices of a palette are not mistaken for those of another. */
export const PALETTE = Uint8Array.from({ length: 768 }, (_, place) => (place * 37 + 11) % 251);

const number = (place: number) => String(place).padStart(6, "0");
const SEEDS = [1, 2, 3, 4];

/** KITTI: cars 1, 2 and 255, persons with and without a number, buildings with numbers, `unlabeled` elsewhere. */
export function drawKitti(): DrawnLayout {
  const files: Record<string, Uint8Array | string> = {};
  const items = SEEDS.map((seed): DrawnItem => {
    const drawn = drawPixels(seed, [[7], [26, 1, 2, 255], [24, 0, 1], [11, 1, 3], [23]]);
    const pixels = { ...drawn, classes: drawn.classes.map((id) => Math.max(id, 0)) };
    const name = `${number(seed)}_10`;
    files[`data/training/instance/${name}.png`] = pngOf(pixels, 0, 16, (id, object) => [
      id * 256 + Math.max(object, 0),
    ]);
    files[`data/training/semantic/${name}.png`] = pngOf(pixels, 0, 8, (id) => [id]);
    files[`data/training/semantic_rgb/${name}.png`] = pngOf(pixels, 2, 8, (id) => [id, 9, 9]);
    if (seed !== 3) files[`data/training/image_2/${name}.png`] = "photo";
    files[`data/testing/image_2/${name}.png`] = "photo";
    const photo = seed === 3 ? null : `data/training/image_2/${name}.png`;
    return { ...pixels, name, split: "training", photo };
  });
  return { files, items };
}

/** A configuration of Mapillary Vistas with five labels. 4 is void. */
export const VISTAS_CONFIG = {
  version: 2.0,
  labels: [
    { name: "animal--bird", readable: "Bird", color: [165, 42, 42], instances: true, evaluate: true },
    { name: "construction--flat--road", readable: "Road", color: [128, 64, 128], instances: false },
    { name: "object--vehicle--car", readable: "Car", color: [0, 0, 142], instances: true },
    { name: "nature--sky", readable: "Sky", color: [128, 64, 128], instances: false },
    { name: "void--unlabeled", readable: "Unlabeled", color: [0, 0, 0], instances: false },
  ],
};

/** Mapillary Vistas 2.0, or the older layout without folders of releases. Objects count from 0. */
export function drawVistas(version: "v2.0" | null = "v2.0"): DrawnLayout {
  const folder = version === null ? "" : `${version}/`;
  const config = version === null ? "config.json" : `config_${version}.json`;
  const files: Record<string, Uint8Array | string> = { [config]: JSON.stringify(VISTAS_CONFIG) };
  const items = SEEDS.map((seed): DrawnItem => {
    const drawn = drawPixels(seed, [[0, 0], [1], [2, 0, 1, 7], [3]]);
    const pixels = { ...drawn, classes: drawn.classes.map((id) => (id < 0 ? 4 : id)) };
    const split = seed % 2 ? "training" : "validation";
    const name = `img${seed}_-Vistas`;
    const root = `${split}/${folder}`;
    files[`${root}instances/${name}.png`] = pngOf(pixels, 0, 16, (id, object) => [
      id * 256 + Math.max(object, 0),
    ]);
    files[`${root}labels/${name}.png`] = pngOf(pixels, 3, 8, (id) => [id], PALETTE);
    files[`${split}/images/${name}.jpg`] = "photo";
    return { ...pixels, name, split, photo: `${split}/images/${name}.jpg` };
  });
  return { files, items };
}

export type BddTask = "pan_seg" | "ins_seg" | "sem_seg";

/** BDD100K: the bitmasks of panoptic or instance segmentation, or the masks of semantic segmentation. */
export function drawBdd100k(task: BddTask): DrawnLayout {
  const files: Record<string, Uint8Array | string> = {};
  const choices = {
    // Stuff has its class id for a number. 300 needs both bytes.
    pan_seg: [
      [7, 7],
      [30, 30],
      [35, 31, 32, 300],
      [31, 33],
    ],
    ins_seg: [
      [3, 1, 2, 300],
      [1, 5],
    ],
    sem_seg: [[0], [13], [18], [10]],
  } as const;
  const items = SEEDS.map((seed): DrawnItem => {
    const pixels = drawPixels(seed, choices[task]);
    const split = seed % 2 ? "train" : "val";
    const name = `0000f77c-6257be5${seed}`;
    const folder = `labels/${task}/${task === "sem_seg" ? "masks" : "bitmasks"}/${split}`;
    files[`bdd100k/${folder}/${name}.png`] =
      task === "sem_seg"
        ? pngOf(pixels, 0, 8, (id) => [id < 0 ? 255 : id])
        : pngOf(pixels, 6, 8, (id, object) => (id < 0 ? [0, 0, 0, 0] : [id, 4, object >> 8, object & 255]));
    files[`bdd100k/images/10k/${split}/${name}.jpg`] = "photo";
    const photo = `bdd100k/images/10k/${split}/${name}.jpg`;
    return { ...pixels, name, split, photo };
  });
  return { files, items };
}

/** SYNTHIA of 16 bits. Objects may have large numbers; the third channel says nothing. */
export function drawSynthia(folder = ""): DrawnLayout {
  const files: Record<string, Uint8Array | string> = {};
  const items = SEEDS.map((seed): DrawnItem => {
    const pixels = drawPixels(seed, [[3], [8, 1, 2, 60_000], [10, 300], [1], [15]]);
    const name = `${folder}${number(seed)}`;
    files[`GT/LABELS/${name}.png`] = pngOf(pixels, 2, 16, (id, object) => [
      Math.max(id, 0),
      Math.max(object, 0),
      seed * 1000,
    ]);
    files[`GT/COLOR/${name}.png`] = pngOf(pixels, 2, 8, (id) => [Math.max(id, 0), 7, 7]);
    files[`RGB/${name}.png`] = "photo";
    return { ...pixels, name, split: null, photo: `RGB/${name}.png` };
  });
  return { files, items };
}

const byName = (items: DrawnItem[]) => items.sort((a, b) => (a.name < b.name ? -1 : 1));

/** The synonyms of some classes of ADE20K, as its JSON has them. */
export const ADE20K_NAMES: Readonly<Record<number, string>> = {
  312: "building, edifice",
  401: "car, auto, automobile, machine, motorcar",
  2420: "sky",
  3: "air conditioner, air conditioning",
};

/** The full ADE20K since 2021, with the names in JSON; or before, with the names of the objects in `_atr.txt`. */
export function drawAde20k(names: "json" | "atr"): DrawnLayout {
  const files: Record<string, Uint8Array | string> = {};
  const items = SEEDS.map((seed): DrawnItem => {
    // A number belongs to one object, whatever its class.
    const pixels = drawPixels(seed, [
      [312, 53, 68],
      [401, 45, 90, 255],
      [2420, 8],
      [3, 200],
    ]);
    const split = seed % 2 ? "training" : "validation";
    const name = `ADE_${seed % 2 ? "train" : "val"}_0000000${seed}`;
    const stem = `images/${names === "json" ? "ADE/" : ""}${split}/urban/street/${name}`;
    files[`${stem}_seg.png`] = pngOf(pixels, 2, 8, (id, object) =>
      id < 0 ? [0, 0, 0] : [Math.floor(id / 256) * 10, id % 256, object],
    );
    files[`${stem}.jpg`] = "photo";
    files[`${stem}_parts_1.png`] = pngOf(pixels, 2, 8, () => [1, 2, 3]);
    const objects = [...new Map(pixels.objects.map((object, pixel) => [object, pixels.classes[pixel]!]))]
      .filter(([object]) => object > 0)
      .sort(([a], [b]) => a - b);
    if (names === "json") {
      const object = objects.map(([id, classId]) => {
        return { id, name: ADE20K_NAMES[classId], name_ndx: classId, parts: { part_level: 0 } };
      });
      const part = { id: 99, name: "wheel", name_ndx: 3000, parts: { part_level: 1 } };
      files[`${stem}.json`] = JSON.stringify({ annotation: { object: [...object, part] } });
      files[`${stem}/instance_000_${name}.png`] = pngOf(pixels, 0, 8, () => [255]);
    } else {
      const lines = objects.map(([, classId], place) => {
        return `${number(place + 1).slice(3)} # 0 # 0 # ${ADE20K_NAMES[classId]} # raw # ""`;
      });
      files[`${stem}_atr.txt`] = [...lines, '099 # 1 # 0 # wheel # wheel # "dirty"', ""].join("\n");
    }
    return { ...pixels, name, split, photo: `${stem}.jpg` };
  });
  return { files, items: byName(items) };
}

/** The scene parsing challenge, with or without its table of names. */
export function drawChallenge(hasTable = true): DrawnLayout {
  const files: Record<string, Uint8Array | string> = hasTable
    ? {
        "objectInfo150.txt":
          "Idx\tRatio\tTrain\tVal\tStuff\tName\n1\t0.1\t9\t9\t1\twall\n2 \t0.1\t9\t9\t1\tbuilding, edifice \n13\t0.1\t9\t9\t0\tperson, individual\n150\t0.1\t9\t9\t0\tflag\n",
      }
    : {};
  const items = SEEDS.map((seed): DrawnItem => {
    const pixels = drawPixels(seed, [[1], [2], [13], [150]]);
    const split = seed % 2 ? "training" : "validation";
    const name = `ADE_${seed % 2 ? "train" : "val"}_0000000${seed}`;
    files[`annotations/${split}/${name}.png`] = pngOf(pixels, 0, 8, (id) => [Math.max(id, 0)]);
    files[`images/${split}/${name}.jpg`] = "photo";
    return { ...pixels, name, split, photo: `images/${split}/${name}.jpg` };
  });
  return { files, items: byName(items) };
}

/** Colours and places of some classes in the `label_colors.txt` of CamVid. 30 is `Void`. */
const CAMVID_COLOURS: Readonly<Record<number, readonly number[]>> = {
  5: [64, 0, 128],
  17: [128, 64, 128],
  21: [128, 128, 128],
  30: [0, 0, 0],
};

/** CamVid in colours. Pixels without a class are `Void`. */
export function drawCamVid(legend?: string): DrawnLayout {
  const files: Record<string, Uint8Array | string> =
    legend === undefined ? {} : { "label_colors.txt": legend };
  const items = SEEDS.map((seed): DrawnItem => {
    const drawn = drawPixels(seed, [[5], [17], [21]]);
    const pixels = { ...drawn, classes: drawn.classes.map((id) => (id < 0 ? 30 : id)) };
    const name = `0001TP_00${number(seed).slice(2)}`;
    files[`LabeledApproved_full/${name}_L.png`] = pngOf(pixels, 2, 8, (id) => CAMVID_COLOURS[id]!);
    files[`701_StillsRaw_full/${name}.png`] = "photo";
    return { ...pixels, name, split: null, photo: `701_StillsRaw_full/${name}.png` };
  });
  return { files, items };
}

/** CamVid as it comes with SegNet. */
export function drawSegNet(): DrawnLayout {
  const files: Record<string, Uint8Array | string> = {
    "train.txt": "/SegNet/CamVid/train/0001TP_000001.png …",
  };
  const items = SEEDS.map((seed): DrawnItem => {
    const pixels = drawPixels(seed, [[0], [3], [8], [10]]);
    const split = seed % 2 ? "train" : "val";
    const name = `0001TP_00${number(seed).slice(2)}`;
    files[`${split}annot/${name}.png`] = pngOf(pixels, 0, 8, (id) => [id < 0 ? 11 : id]);
    files[`${split}/${name}.png`] = "photo";
    return { ...pixels, name, split, photo: `${split}/${name}.png` };
  });
  return { files, items };
}
