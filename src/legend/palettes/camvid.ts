/**
 * CamVid: the 32 labels as published, and the 11 classes that most publications train on.
 *
 * The dataset has colours and names but no numbers. Here an id is the index in its `label_colors.txt`, and `Void` is 255.
 * The ids of the 11 classes follow SegNet's order. Each other label joins the class that it joins in MathWorks' SegNet
 * example (`camvidPixelLabelIDs`). Publications differ in rare labels such as TrafficCone, TrafficLight and Animal.
 */
import { definePalette, type Palette } from "./palette.js";

const PUBLICATION =
  "Brostow, Fauqueur and Cipolla, Semantic Object Classes in Video, Pattern Recognition Letters 2009";

/** The labels, each with the one of the 11 classes to which it belongs. */
const LABELS: readonly (readonly [color: string, name: string, className: string])[] = [
  ["#408040", "Animal", "Pedestrian"],
  ["#c00080", "Archway", "Building"],
  ["#0080c0", "Bicyclist", "Bicyclist"],
  ["#008040", "Bridge", "Building"],
  ["#800000", "Building", "Building"],
  ["#400080", "Car", "Car"],
  ["#4000c0", "CartLuggagePram", "Pedestrian"],
  ["#c08040", "Child", "Pedestrian"],
  ["#c0c080", "Column_Pole", "Pole"],
  ["#404080", "Fence", "Fence"],
  ["#8000c0", "LaneMkgsDriv", "Road"],
  ["#c00040", "LaneMkgsNonDriv", "Road"],
  ["#808040", "Misc_Text", "SignSymbol"],
  ["#c000c0", "MotorcycleScooter", "Bicyclist"],
  ["#804040", "OtherMoving", "Car"],
  ["#40c080", "ParkingBlock", "Pavement"],
  ["#404000", "Pedestrian", "Pedestrian"],
  ["#804080", "Road", "Road"],
  ["#8080c0", "RoadShoulder", "Pavement"],
  ["#0000c0", "Sidewalk", "Pavement"],
  ["#c08080", "SignSymbol", "SignSymbol"],
  ["#808080", "Sky", "Sky"],
  ["#4080c0", "SUVPickupTruck", "Car"],
  ["#000040", "TrafficCone", "Pole"],
  ["#004040", "TrafficLight", "SignSymbol"],
  ["#c04080", "Train", "Car"],
  ["#808000", "Tree", "Tree"],
  ["#c080c0", "Truck_Bus", "Car"],
  ["#400040", "Tunnel", "Building"],
  ["#c0c000", "VegetationMisc", "Tree"],
  ["#000000", "Void", "Void"],
  ["#40c000", "Wall", "Building"],
];

/** In the order of SegNet (Badrinarayanan, Kendall and Cipolla, 2015). */
const CLASS_NAMES = [
  "Sky",
  "Building",
  "Pole",
  "Road",
  "Pavement",
  "Tree",
  "SignSymbol",
  "Fence",
  "Car",
  "Pedestrian",
  "Bicyclist",
];

/** All 32 labels of `label_colors.txt`. */
export const camvid: Palette = definePalette(
  { name: "CamVid", source: `${PUBLICATION}; label_colors.txt of the dataset`, voidId: 255 },
  LABELS.map(([color, name], id) => ({ color, name, id, isVoid: name === "Void" })),
);

/** The same colours as 11 classes, with SegNet's ids 0 to 10. */
export const camvid11: Palette = definePalette(
  {
    name: "CamVid, 11 classes",
    source: `${PUBLICATION}; camvidPixelLabelIDs of MathWorks' SegNet example`,
    voidId: 255,
  },
  LABELS.map(([color, , name]) =>
    name === "Void" ? { color, name, id: 255, isVoid: true } : { color, name, id: CLASS_NAMES.indexOf(name) },
  ),
);
