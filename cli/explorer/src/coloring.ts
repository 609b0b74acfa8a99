/**
 * What the colours of labels say: those of the mask itself, or of classes, objects or ids. All masks of a data set have the
 * same colours. The choice is kept, and so are the colours that the user gives to classes.
 */
import { computed, signal } from "@preact/signals";
import { COLORINGS, type ColoredLabel, type Coloring, classColors, labelColors } from "labelmap/colors";
import type { DecodedMask } from "./decoding/protocol.js";
import { type KnownClasses, keepClasses, keptClasses } from "./kept-classes.js";
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

/** The classes of all masks that were read, by their names, each with the colour of its first label. */
const knownClasses = signal<KnownClasses>(keptClasses());

/** What is missing from the legend stands out. */
const UNKNOWN = { "unknown colour": "#e6007e", "unknown id": "#e6007e" };

const setColors = computed(() => {
  const colors = { ...UNKNOWN, ...ownColors.value };
  const known = classColors(new Set([...knownClasses.value.keys(), ...Object.keys(colors)]), { colors });
  return known as ReadonlyMap<string, string>;
});

type Read = Pick<DecodedMask, "kind" | "encoding">;

/** Until the user chooses, masks of colours keep them. Masks of ids have none worth looking at. */
export function coloringOf({ encoding }: Pick<Read, "encoding">): Coloring {
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

/**
 * The colour of each of these classes, `#rrggbb`, in their order, where a class stands for all its labels: in a comparison,
 * and in lists of classes. No shade of an object and no colour of a single label can, so if the colours are those of objects
 * or labels, it is the colour of the class.
 *
 * @param classes each with its colour in the mask
 */
export function colorsOfClasses(
  mask: Pick<Read, "encoding">,
  classes: readonly { readonly name: string; readonly color: string }[],
): readonly string[] {
  if (coloringOf(mask) === "mask") return classes.map(({ color }) => color);
  const names = classes.map(({ name }) => name);
  const colors = classColors(names, { colors: setColors.value });
  return names.map((name) => colors.get(name)!);
}

/** The colour of a class in the first mask that was read and has it; grey if none has. */
export function maskColorOf(className: string): string {
  return knownClasses.value.get(className) ?? "#808080";
}

/** Labels in the colours in which they are shown. */
export function recolored<Label extends ColoredLabel>(mask: Read & { readonly labels: readonly Label[] }) {
  if (coloringOf(mask) === "mask") return mask.labels;
  const colors = colorsOf(mask, mask.labels);
  return mask.labels.map((label, place): Label => ({ ...label, color: colors[place]! }));
}

/** The colours of a mask without a legend are no classes of the data set. */
export function addClasses(
  masks: Iterable<{
    readonly kind: Read["kind"];
    readonly labels: Iterable<Pick<ColoredLabel, "className" | "color">>;
  }>,
): void {
  const known = new Map(knownClasses.peek());
  const before = known.size;
  for (const { kind, labels } of masks) {
    if (kind !== "labels") continue;
    for (const { className, color } of labels) if (!known.has(className)) known.set(className, color);
  }
  if (known.size === before) return;
  knownClasses.value = known;
  keepClasses(known);
}

/** The classes of a comparison. */
export function addComparedClasses({
  kind,
  classes,
}: {
  readonly kind: Read["kind"];
  readonly classes: readonly { readonly name: string; readonly color: string }[];
}): void {
  addClasses([{ kind, labels: classes.map(({ name, color }) => ({ className: name, color })) }]);
}

export function forgetClasses(): void {
  knownClasses.value = new Map();
  keepClasses(new Map());
}

export function setOwnColor(className: string, color: string): void {
  ownColors.value = { ...ownColors.value, [className]: color };
}
