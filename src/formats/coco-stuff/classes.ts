/**
 * The classes of COCO-Stuff by their category ids, 1 to 182 (nightrome/cocostuff, labels.txt). The things, up to 91, are
 * those of COCO; 11 of them have no masks. The others are stuff.
 */

import type { ClassEntry } from "../../legend/class-list.js";

const THINGS = `
  person, bicycle, car, motorcycle, airplane, bus, train, truck, boat, traffic light, fire hydrant,
  street sign, stop sign, parking meter, bench, bird, cat, dog, horse, sheep, cow, elephant, bear,
  zebra, giraffe, hat, backpack, umbrella, shoe, eye glasses, handbag, tie, suitcase, frisbee, skis,
  snowboard, sports ball, kite, baseball bat, baseball glove, skateboard, surfboard, tennis racket,
  bottle, plate, wine glass, cup, fork, knife, spoon, bowl, banana, apple, sandwich, orange,
  broccoli, carrot, hot dog, pizza, donut, cake, chair, couch, potted plant, bed, mirror,
  dining table, window, desk, toilet, door, tv, laptop, mouse, remote, keyboard, cell phone,
  microwave, oven, toaster, sink, refrigerator, blender, book, clock, vase, scissors, teddy bear,
  hair drier, toothbrush, hair brush`;

const STUFF = `
  banner, blanket, branch, bridge, building-other, bush, cabinet, cage, cardboard, carpet,
  ceiling-other, ceiling-tile, cloth, clothes, clouds, counter, cupboard, curtain, desk-stuff, dirt,
  door-stuff, fence, floor-marble, floor-other, floor-stone, floor-tile, floor-wood, flower, fog,
  food-other, fruit, furniture-other, grass, gravel, ground-other, hill, house, leaves, light, mat,
  metal, mirror-stuff, moss, mountain, mud, napkin, net, paper, pavement, pillow, plant-other,
  plastic, platform, playingfield, railing, railroad, river, road, rock, roof, rug, salad, sand, sea,
  shelf, sky-other, skyscraper, snow, solid-other, stairs, stone, straw, structural-other, table,
  tent, textile-other, towel, tree, vegetable, wall-brick, wall-concrete, wall-other, wall-panel,
  wall-stone, wall-tile, wall-wood, water-other, waterdrops, window-blind, window-other, wood`;

const namesIn = (text: string) => text.split(",").map((name) => name.trim());

/** In the order of their ids. */
export const COCO_STUFF_CLASSES: readonly ClassEntry[] = [
  ...namesIn(THINGS).map((name) => ({ name, isThing: true })),
  ...namesIn(STUFF).map((name) => ({ name, isThing: false })),
].map((entry, place) => ({ id: place + 1, ...entry }));

/** What the PNGs of the stuff task call the pixels of all things (`cocostuffhelper.py` of nightrome/cocostuffapi). */
export const OTHER: ClassEntry = { id: 183, name: "other", isThing: false };
