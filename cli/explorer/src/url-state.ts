/**
 * What the page shows, as the part of its address after `#`: the view, the mask, hidden and isolated labels, the search,
 * the legend, and the part of the image. Plain text, so that it can be sent to somebody who has the same masks.
 */
import type { Camera } from "./stage/camera.js";
import type { View } from "./state.js";

export interface ShownLabels {
  readonly classes: readonly string[];
  /** Names of single labels whose class is not in `classes`. */
  readonly labels: readonly string[];
}

export interface PageState {
  readonly view: View;
  /** The name of the mask; `null` if none is open. */
  readonly mask: string | null;
  /** In the comparison: the names of both masks, if they were chosen. In the evaluation: those of both folders. */
  readonly reference: string | null;
  readonly other: string | null;
  readonly hidden: ShownLabels;
  readonly isolated: ShownLabels;
  readonly search: string;
  /** Whether a legend is on the image. */
  readonly isLegendShown: boolean;
  /** Its scale is in CSS pixels for each pixel of the mask. `null`: the whole mask is shown. */
  readonly camera: Camera | null;
}

const VIEWS: readonly View[] = ["one", "compare", "dataset", "evaluate"];
/** Addresses that are much longer are cut off by mail programs. Labels beyond it are left out. */
const MOST_CHARACTERS = 4000;

/** @returns the text after `#`; "" if no mask is open. */
export function formatState(state: PageState): string {
  if (state.mask === null) return "";
  const entries = new URLSearchParams();
  entries.set("mask", state.mask);
  if (state.view !== "one") entries.set("view", state.view);
  if (state.reference !== null) entries.set("reference", state.reference);
  if (state.other !== null) entries.set("other", state.other);
  if (state.camera !== null) entries.set("at", formatCamera(state.camera));
  if (state.search !== "") entries.set("search", state.search);
  if (state.isLegendShown) entries.set("legend", "on");
  const names: [string, readonly string[]][] = [
    ["only-class", state.isolated.classes],
    ["only", state.isolated.labels],
    ["hide-class", state.hidden.classes],
    ["hide", state.hidden.labels],
  ];
  let left = MOST_CHARACTERS;
  for (const [key, all] of names) {
    for (const name of all) {
      left -= key.length + encodeURIComponent(name).length + 2;
      if (left < 0) return entries.toString();
      entries.append(key, name);
    }
  }
  return entries.toString();
}

/** Entries that are missing or not valid have their defaults. */
export function parseState(hash: string): PageState {
  const entries = new URLSearchParams(hash.replace(/^#/, ""));
  const view = entries.get("view") as View;
  return {
    view: VIEWS.includes(view) ? view : "one",
    mask: entries.get("mask"),
    reference: entries.get("reference"),
    other: entries.get("other"),
    hidden: { classes: entries.getAll("hide-class"), labels: entries.getAll("hide") },
    isolated: { classes: entries.getAll("only-class"), labels: entries.getAll("only") },
    search: entries.get("search") ?? "",
    isLegendShown: entries.get("legend") === "on",
    camera: parseCamera(entries.get("at")),
  };
}

/** As exact as a hundredth of a screen pixel needs. */
function formatCamera({ x, y, scale }: Camera): string {
  const digits = Math.max(0, Math.ceil(Math.log10(scale)) + 2);
  return [x.toFixed(digits), y.toFixed(digits), scale.toPrecision(7)].map(Number).join(",");
}

function parseCamera(text: string | null): Camera | null {
  const [x, y, scale, ...more] = (text ?? "").split(",").map(Number);
  const isValid = [x, y, scale].every(Number.isFinite) && scale! > 0 && more.length === 0;
  return isValid ? { x: x!, y: y!, scale: scale! } : null;
}
