/**
 * What the colours of labels say: those of the mask itself, or of classes, objects or ids. All masks of a data set have the
 * same colours. The choice is kept, and so are the colours that the user gives to classes.
 */
import { computed, signal } from "@preact/signals";
import { COLORINGS, type ColoredLabel, type Coloring, classColors, labelColors } from "labelmap/colors";
import type { DecodedMask } from "./decoding/protocol.js";
import { setting } from "./settings.js";

const isColoring = (value: unknown): value is Coloring | null => COLORINGS.includes(value as Coloring);
const areColors = (value: unknown): value is Readonly<Record<string, string>> =>
  typeof value === "object" &&
  value !== null &&
  Object.values(value).every((color) => typeof color === "string" && /^#[0-9a-f]{6}$/.test(color));

/** `null`: nothing is chosen yet. */
export const chosenColoring = setting<Coloring | null>("coloring", null, isColoring);
/** Colours that the user has given to classes, by their names. */
export const ownColors = setting<Readonly<Record<string, string>>>("class-colors", {}, areColors);

/** Names of the classes of all masks that were read. */
const classNames = signal<ReadonlySet<string>>(new Set());

/** What is missing from the legend stands out. */
const UNKNOWN = { "unknown colour": "#e6007e", "unknown id": "#e6007e" };

const setColors = computed(() => {
  const colors = { ...UNKNOWN, ...ownColors.value };
  const known = classColors(new Set([...classNames.value, ...Object.keys(colors)]), { colors });
  return known as ReadonlyMap<string, string>;
});

type Read = Pick<DecodedMask, "kind" | "encoding">;

/** Until the user chooses, masks of colours keep them. Masks of ids have none worth looking at. */
export function coloringOf({ encoding }: Read): Coloring {
  return chosenColoring.value ?? (encoding === "colors" ? "mask" : "class");
}

/** The colour of each of these labels of a mask, `#rrggbb`, in their order. */
export function colorsOf(mask: Read, labels: readonly ColoredLabel[]): readonly string[] {
  const by = coloringOf(mask);
  return labelColors(labels, by === "class" || by === "instance" ? { by, colors: setColors.value } : { by });
}

/** The colour of a class, if the colours are those of classes or of their objects; otherwise `null`. */
export function classColorOf(mask: Read, className: string): string | null {
  const by = coloringOf(mask);
  return by === "class" || by === "instance" ? (setColors.value.get(className) ?? null) : null;
}

/** Labels in the colours in which they are shown. */
export function recolored<Label extends ColoredLabel>(mask: Read & { readonly labels: readonly Label[] }) {
  if (coloringOf(mask) === "mask") return mask.labels;
  const colors = colorsOf(mask, mask.labels);
  return mask.labels.map((label, place): Label => ({ ...label, color: colors[place]! }));
}

/** The colours of a mask without a legend are no classes of the data set. */
export function addClassNames(
  masks: Iterable<{ readonly kind: Read["kind"]; readonly names: Iterable<string> }>,
): void {
  const names = new Set(classNames.peek());
  const before = names.size;
  for (const { kind, names: more } of masks) if (kind === "labels") for (const name of more) names.add(name);
  if (names.size > before) classNames.value = names;
}

export function forgetClassNames(): void {
  classNames.value = new Set();
}

export function setOwnColor(className: string, color: string): void {
  ownColors.value = { ...ownColors.value, [className]: color };
}
