/**
 * The colours of common classes. They hint at those of Cityscapes, but are softer. Any two are apart for eyes that lack the
 * red or the green cones, too: first by lightness, then by blue and yellow.
 */
const COMMON: Readonly<Record<string, number>> = {
  road: 0x8276ad,
  sidewalk: 0xcbb0e8,
  building: 0xa3a0a8,
  wall: 0x8990b7,
  fence: 0xcfbaa4,
  pole: 0xd1d5d0,
  "traffic light": 0xf4a433,
  "traffic sign": 0xf6df63,
  vegetation: 0x73a55c,
  terrain: 0xb8de99,
  sky: 0xb5e6ff,
  person: 0xc74430,
  rider: 0xf38079,
  car: 0x3c5cb6,
  truck: 0x253873,
  bus: 0x3d836b,
  train: 0x2e5f67,
  motorcycle: 0x7c64d8,
  bicycle: 0x873143,
  background: 0x2e3035,
};

/** Other names for them. */
const ALIASES: Readonly<Record<string, keyof typeof COMMON>> = {
  street: "road",
  "drivable area": "road",
  "driveable surface": "road",
  pavement: "sidewalk",
  footpath: "sidewalk",
  house: "building",
  tree: "vegetation",
  plant: "vegetation",
  bush: "vegetation",
  grass: "terrain",
  human: "person",
  people: "person",
  pedestrian: "person",
  bicyclist: "rider",
  cyclist: "rider",
  motorcyclist: "rider",
  automobile: "car",
  vehicle: "car",
  lorry: "truck",
  tram: "train",
  motorbike: "motorcycle",
  bike: "bicycle",
  unlabeled: "background",
  unlabelled: "background",
  void: "background",
};

/**
 * The colour of a common class, 0xRRGGBB, and whether this is the class's own name and not another name for it.
 * Capital letters, plurals and the ways in which data sets write names make no difference: `Traffic_Light`, `cars`,
 * `building, edifice` (ADE20K), `object--vehicle--car` (Mapillary Vistas) and `sky-other-merged` (COCO).
 */
export function commonColor(name: string): { readonly rgb: number; readonly isOwnName: boolean } | undefined {
  const plain = name
    .toLowerCase()
    .replace(/^.*--/, "")
    .replace(/[,;|].*$/s, "")
    .replace(/[\s_-]+/g, " ")
    .replace(/( other)?( merged)?$/, "")
    .trim();
  for (const key of [plain, plain.replace(/s$/, "")]) {
    if (Object.hasOwn(COMMON, key)) return { rgb: COMMON[key]!, isOwnName: name === key };
    if (Object.hasOwn(ALIASES, key)) return { rgb: COMMON[ALIASES[key]!]!, isOwnName: false };
  }
  return undefined;
}
