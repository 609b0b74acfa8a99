/**
 * A small data set for recordings: the street from several places, and a second annotator's mask of the first picture. The
 * first legend lacks the traffic signs. The pictures are kept in build/drive, because drawing them takes some minutes.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { decodeMask } from "labelmap";
import { annotateAgain } from "../../test/support/second-annotator.mjs";
import { photograph } from "./photograph.mjs";

const FOLDER = new URL("../../build/drive/", import.meta.url);
const LACKING = "traffic sign";
const SIZE = { width: 640, height: 360, rays: 1 };
const PLACES = [
  { z: 4.5, x: 1.4, turn: -0.04 },
  { z: 6.4, x: -1.2, turn: 0.05 },
  { z: 15.2, x: 0.2, turn: -0.02 },
  { z: 9, x: 5.9, turn: -0.1, y: 1.75 },
  { z: 22.5, x: -0.2, turn: 0.03 },
  { z: 17.2, x: -5.9, turn: 0.12, y: 1.7 },
  { z: 29, x: 0.4, turn: -0.01 },
];

/** @returns the files, each with its name and content. `street.*` is the first picture. */
export async function driveFiles() {
  mkdirSync(FOLDER, { recursive: true });
  const files = [];
  for (const [place, camera] of PLACES.entries()) files.push(...(await view(`view-${place + 1}`, camera)));
  const read = (ending) => readFileSync(new URL(`street.${ending}`, import.meta.url));
  const { legend } = JSON.parse(read("json"));
  const lacking = Object.fromEntries(Object.entries(legend).filter(([, name]) => name !== LACKING));
  const map = await decodeMask(read("png"), { legend });
  const again = annotateAgain(map, {
    shift: [3, 1],
    names: { "car # 5": "truck # 1", "lane marking": "road" },
    hole: [700, 600, 160, 60],
  });
  return [
    { name: "street.png", content: read("png") },
    { name: "street.jpg", content: read("jpg") },
    { name: "street.json", content: JSON.stringify({ legend: lacking }) },
    { name: "street-again.png", content: again.png },
    { name: "street-again.json", content: again.json },
    ...files,
  ].map(({ name, content }) => ({ name, content: Buffer.from(content) }));
}

async function view(name, camera) {
  const endings = ["jpg", "png", "json"];
  const file = (ending) => new URL(`${name}.${ending}`, FOLDER);
  if (!endings.every((ending) => existsSync(file(ending)))) {
    const { jpeg, png, json } = await photograph({ ...SIZE, camera });
    for (const [place, content] of [jpeg, png, json].entries()) writeFileSync(file(endings[place]), content);
  }
  return endings.map((ending) => ({ name: `${name}.${ending}`, content: readFileSync(file(ending)) }));
}
