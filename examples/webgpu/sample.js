/** The mask of both pages, as runs, and its classes. */
import "labelmap/maps";
import { ClassList, decodeMask } from "labelmap";

const png = new URL("../../test/fixtures/masks/street-500-rgb-interlaced.png", import.meta.url);
const json = new URL("../../test/fixtures/masks/street-500-rgb-interlaced.json", import.meta.url);

const result = await (await fetch(json)).json();
export const classes = ClassList.fromResults([result]);
export const runs = await decodeMask(fetch(png), result, { target: { map: "runs" } });

/** Shows a measurement. */
export function show({ meanIoU, classes: scores }) {
  const lines = scores.map(({ name, iou, referencePixels }) => `${name} ${iou} of ${referencePixels} pixels`);
  document.querySelector("#scores").textContent = [`mean IoU ${meanIoU}`, ...lines].join("\n");
}
