/** A colour for each class of a comparison: the colour that the truth has for it, or one that is made up. */

import type { ClassList, LabelMap } from "labelmap";

/** Steps of the golden angle, in degrees, never meet a hue again, and neighbours in the list get very different hues. */
const GOLDEN_ANGLE = 137.508;
const LIGHTNESSES = [0.5, 0.64, 0.38] as const;
const SATURATION = 0.62;
const COLOR = /^#[0-9a-f]{6}$/;

/** Collects the colours of the truth's labels. */
export class ClassColors {
  readonly #classes: ClassList;
  /** The colour of each class id; null if its labels have several, as objects do. */
  readonly #found = new Map<number, string | null>();

  constructor(classes: ClassList) {
    this.#classes = classes;
  }

  add({ labels }: LabelMap): void {
    for (const { className, color, pixelCount } of labels) {
      const id = this.#classes.idOf(className);
      if (id === undefined || pixelCount === 0) continue;
      const known = this.#found.get(id);
      this.#found.set(id, known === undefined || known === color ? color : null);
    }
  }

  /** The colours of the truth if every class that occurs has one, and no two share one. Otherwise all are made up. */
  result(): readonly string[] {
    const found = [...this.#found.values()];
    const isPalette =
      found.every((color) => color !== null && COLOR.test(color)) && new Set(found).size === found.length;
    const taken = new Set(isPalette ? (found as string[]) : []);
    let next = 0;
    return this.#classes.classes.map(({ id }) => {
      const own = isPalette ? this.#found.get(id) : undefined;
      if (own !== undefined && own !== null) return own;
      let color = madeUp(next++);
      while (taken.has(color)) color = madeUp(next++);
      taken.add(color);
      return color;
    });
  }
}

function madeUp(index: number): string {
  const hue = (210 + index * GOLDEN_ANGLE) % 360;
  return fromHsl(hue, SATURATION, LIGHTNESSES[index % LIGHTNESSES.length]!);
}

/** CSS Color 4, section 7.1, "Converting HSL colors to sRGB". */
function fromHsl(hue: number, saturation: number, lightness: number): string {
  const channel = (shift: number) => {
    const part = (shift + hue / 30) % 12;
    const value =
      lightness -
      saturation * Math.min(lightness, 1 - lightness) * Math.max(-1, Math.min(part - 3, 9 - part, 1));
    return Math.round(value * 255)
      .toString(16)
      .padStart(2, "0");
  };
  return `#${channel(0)}${channel(8)}${channel(4)}`;
}
