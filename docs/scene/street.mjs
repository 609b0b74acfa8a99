/** The street: what stands where, and what the ground and the houses look like. */
import { hash, layeredNoise, mix, noise, smoothstep } from "./shapes.mjs";
import { car, lamp, pedestrian, sign, tree } from "./things.mjs";

export const ROAD = 4.6;
export const KERB = 0.14;
export const HOUSES = 8.2;
const CROSSING = { from: 11.2, to: 14.2 };

const names = [];
/** The place of a name in the legend. */
const label = (name) => {
  if (!names.includes(name)) names.push(name);
  return names.indexOf(name);
};
const STUFF = [
  "sky",
  "building",
  "road",
  "lane marking",
  "sidewalk",
  "vegetation",
  "trunk",
  "pole",
  "traffic sign",
];
const [SKY, BUILDING, ROAD_LABEL, MARKING, SIDEWALK, LEAVES, TRUNK, POLE, SIGN] = STUFF.map(label);

export { SIDEWALK, SKY };

let cars = 0;
let pedestrians = 0;

const PAINT = {
  red: [0.32, 0.018, 0.015],
  white: [0.62, 0.62, 0.6],
  blue: [0.02, 0.07, 0.2],
  grey: [0.1, 0.105, 0.11],
  yellow: [0.55, 0.3, 0.02],
  green: [0.03, 0.1, 0.07],
  black: [0.012, 0.012, 0.014],
};
const nextCar = (x, z, turn, color, tall) =>
  car(label(`car # ${++cars}`), { x, z, turn }, { color: PAINT[color], tall });
const person = (x, z, turn, look) =>
  pedestrian(
    label(`pedestrian # ${++pedestrians}`),
    { x, z, turn },
    { hair: [0.03, 0.02, 0.015], height: 1.75, stride: 1, legs: [0.03, 0.035, 0.06], ...look },
  );

export const things = [
  // Towards the camera the cars drive on the left, away from it on the right.
  nextCar(-1.9, 17, Math.PI, "red", 1),
  nextCar(1.9, 19.5, 0, "white", 1.25),
  nextCar(-1.9, 33, Math.PI, "grey", 1.1),
  nextCar(1.9, 45, 0, "yellow", 1),
  nextCar(-3.6, 9.6, 3.13, "blue", 1.05),
  nextCar(3.75, 27.5, 0.02, "green", 1.1),
  nextCar(3.72, 34, -0.02, "black", 1),
  nextCar(-3.75, 25.5, Math.PI, "white", 1),
  nextCar(-3.7, 39, Math.PI, "blue", 1.25),
  nextCar(3.75, 40.5, 0, "red", 1),
  person(0.55, 12.5, 1.45, { coat: [0.4, 0.05, 0.03], hair: [0.12, 0.06, 0.02], height: 1.7 }),
  person(2.05, 12.1, -1.5, { coat: [0.03, 0.1, 0.16], legs: [0.12, 0.1, 0.07], height: 1.8 }),
  person(5.55, 9.2, 3.0, { coat: [0.35, 0.24, 0.05], height: 1.68, hair: [0.25, 0.14, 0.05] }),
  person(6.3, 15.6, 0.1, { coat: [0.06, 0.06, 0.07], height: 1.82 }),
  person(6.9, 15.3, 0.1, {
    coat: [0.42, 0.4, 0.38],
    isSkirt: true,
    legs: [0.3, 0.18, 0.13],
    height: 1.66,
    stride: 0.7,
  }),
  person(-5.7, 14.2, 3.2, { coat: [0.05, 0.16, 0.1], legs: [0.1, 0.11, 0.14], height: 1.77 }),
  person(-6.4, 21.5, 0.2, { coat: [0.3, 0.08, 0.2], height: 1.65, isSkirt: true }),
  person(-6.0, 30, 3.1, { coat: [0.1, 0.12, 0.3], height: 1.8 }),
  ...[
    [5.4, 18.5, 6.4],
    [5.5, 31, 7],
    [5.4, 46, 7.4],
    [-5.5, 11, 6.8],
    [-5.4, 24, 6.2],
    [-5.5, 36.5, 7.2],
    [-5.4, 50, 7],
    [5.5, 60, 7],
  ].flatMap(([x, z, height], place) => tree(TRUNK, LEAVES, { x, z, height, seed: place + 3 })),
  ...[
    [5.0, 14.8, -1],
    [-5.0, 17.5, 1],
    [5.0, 38, -1],
    [-5.0, 43, 1],
  ].map(([x, z, side]) => lamp(POLE, { x, z, side })),
  ...sign(POLE, SIGN, { x: 5.0, z: 10.9, isBlue: true }),
  ...sign(POLE, SIGN, { x: -5.05, z: 15.2, isBlue: false }),
  ...sign(POLE, SIGN, { x: 5.05, z: 24.5, isBlue: false }),
];

const FACADES = [
  [0.42, 0.32, 0.24],
  [0.5, 0.44, 0.36],
  [0.3, 0.13, 0.09],
  [0.46, 0.4, 0.22],
  [0.34, 0.36, 0.38],
  [0.52, 0.36, 0.28],
  [0.26, 0.18, 0.14],
];

/** Boxes from `least` to `most`. */
export const houses = [-1, 1].flatMap((side) => {
  const row = [];
  for (let z = -6, place = 0; z < 92; place++) {
    const depth = 8 + Math.floor(hash(place, side, 5) * 4) * 2.2;
    const floors = 3 + Math.floor(hash(place, side, 9) * 3.2);
    const back = side * (HOUSES + 14);
    const front = side * (HOUSES + (place % 3 === 1 ? 0.35 : 0));
    row.push({
      label: BUILDING,
      least: [Math.min(front, back), 0, z],
      most: [Math.max(front, back), 1.2 + floors * 3.3, z + depth],
      facade: FACADES[Math.floor(hash(place, side + 4, 2) * FACADES.length)],
      seed: place * 7 + side,
    });
    z += depth;
  }
  return row;
});
// What closes the street.
houses.push({ label: BUILDING, least: [-30, 0, 96], most: [4, 17, 110], facade: FACADES[1], seed: 77 });
houses.push({ label: BUILDING, least: [5.5, 0, 92], most: [30, 13, 110], facade: FACADES[4], seed: 78 });

/** A wall with windows, 3.3 m a floor, and a shop at the bottom. @param along metres from the wall's left end */
export function houseMaterial({ facade, seed, most }, along, y, normal) {
  const rough = 0.86 + 0.28 * layeredNoise(along * 1.7, y * 1.7, seed, 4);
  const wall = { color: facade.map((c) => c * rough), mirror: 0 };
  if (normal[1] > 0.5) return { color: [0.12, 0.11, 0.1], mirror: 0 };
  const top = most[1];
  if (y > top - 0.5) return { color: facade.map((c) => c * (y > top - 0.12 ? 0.5 : 1.15)), mirror: 0 };
  const isShop = y < 3.4;
  const width = isShop ? 4.4 : 2.2;
  const floor = isShop ? 0 : Math.floor((y - 3.4) / 3.3) + 1;
  const column = Math.floor(along / width);
  const [u, v] = [along / width - column, isShop ? y / 3.4 : ((y - 3.4) / 3.3) % 1];
  if (!isShop && v > 0.97) return { color: facade.map((c) => c * 0.7), mirror: 0 };
  const [left, right, low, high] = isShop ? [0.08, 0.92, 0.16, 0.8] : [0.26, 0.74, 0.22, 0.8];
  if (isShop && v > 0.84) {
    const shade = [
      [0.3, 0.04, 0.03],
      [0.03, 0.12, 0.1],
      [0.04, 0.06, 0.16],
      [0.28, 0.2, 0.06],
    ][Math.floor(hash(column, seed) * 4)];
    return { color: shade, mirror: 0.02 };
  }
  if (u < left || u > right || v < low || v > high) return wall;
  const [a, b] = [(u - left) / (right - left), (v - low) / (high - low)];
  const isFrame = a < 0.06 || a > 0.94 || b < 0.05 || b > 0.95 || (!isShop && Math.abs(a - 0.5) < 0.035);
  if (isFrame) return { color: isShop ? [0.05, 0.05, 0.05] : [0.55, 0.54, 0.5], mirror: 0.03 };
  const curtain = hash(column, floor, seed);
  const inside =
    curtain > 0.72 && !isShop ? 0.3 * (0.7 + 0.3 * Math.sin(a * 40)) : curtain < 0.1 ? 0.16 : 0.015;
  const depth = smoothstep(1, 0.8, b);
  return {
    color: [inside * 1.05, inside, inside * 0.85].map((c) => c * depth),
    mirror: isShop ? 0.35 : 0.6,
    isGlass: true,
  };
}

/** @returns the label of a point of the ground, and its material */
export function ground(x, z) {
  if (Math.abs(x) > ROAD) {
    const [u, v] = [x / 0.6, z / 0.6];
    const isGap = u - Math.floor(u) < 0.03 || v - Math.floor(v) < 0.03;
    const stone =
      0.25 *
      (0.82 + 0.2 * hash(Math.floor(u), Math.floor(v)) + 0.25 * (layeredNoise(x * 2, z * 2, 1, 4) - 0.5));
    const isKerb = Math.abs(x) < ROAD + 0.22;
    const light = isKerb ? 0.27 : isGap ? stone * 0.6 : stone;
    return { label: SIDEWALK, material: { color: [light, light * 0.97, light * 0.92], mirror: 0 } };
  }
  const wear = layeredNoise(x * 1.1, z * 0.35, 3, 4);
  const grain = noise(x * 60, z * 60);
  const tracks = 0.86 + 0.14 * Math.abs(Math.sin(x * 1.45));
  const tar = 0.052 * (0.75 + 0.5 * wear) * (0.85 + 0.3 * grain) * tracks;
  const isDash =
    Math.abs(x) < 0.075 && ((z % 6) + 6) % 6 < 3 && (z < CROSSING.from - 1.6 || z > CROSSING.to + 1.6);
  const isStripe = z > CROSSING.from && z < CROSSING.to && Math.abs(x) < ROAD - 0.3 && (x + 20.25) % 1 < 0.5;
  if (isDash || isStripe) {
    const white = mix(0.55, 0.2, smoothstep(0.5, 0.75, wear) * 0.8 + 0.1 * grain);
    return { label: MARKING, material: { color: [white, white, white * 0.97], mirror: 0 } };
  }
  return { label: ROAD_LABEL, material: { color: [tar, tar * 0.99, tar * 0.98], mirror: 0.015 } };
}

export { names };
