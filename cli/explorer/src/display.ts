/** How a mask is drawn: filled or as outlines, and how much of its photo is seen. The choices are kept. */
import { setting } from "./settings.js";
import type { Look } from "./stage/view.js";

const within =
  (least: number, most: number) =>
  (value: unknown): value is number =>
    typeof value === "number" && value >= least && value <= most;

export const opacity = setting("opacity", 0.7, within(0, 1));

/** Whether only the outlines of labels are drawn. */
export const isOutlineOnly = setting("outline-only", false, (value) => typeof value === "boolean");

/** Whether a legend is on the image. */
export const isLegendShown = setting("legend", false, (value) => typeof value === "boolean");

/** Of each label's line, in CSS pixels. */
export const OUTLINE_WIDTHS = { least: 1, most: 6 };
export const outlineWidth = setting("outline-width", 2, within(OUTLINE_WIDTHS.least, OUTLINE_WIDTHS.most));

/** What the photo's colours are multiplied by. */
export const BRIGHTNESS = { least: 0.2, most: 2 };
export const photoBrightness = setting("photo-brightness", 1, within(BRIGHTNESS.least, BRIGHTNESS.most));

/** Without a photo, the colours are shown as they are. */
export function shownLook(hasPhoto: boolean): Pick<Look, "opacity" | "edgeWidth" | "brightness"> {
  return {
    opacity: hasPhoto ? opacity.value : 1,
    edgeWidth: isOutlineOnly.value ? outlineWidth.value : 0,
    brightness: photoBrightness.value,
  };
}
