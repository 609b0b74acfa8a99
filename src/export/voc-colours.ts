/**
 * The colours of Pascal VOC: number to colour, so that neighbours differ most.
 *
 * The bits of the number are dealt out in turn to red, green and blue, the lowest to their highest bits (VOClabelcolormap.m
 * of the PASCAL VOC2012 development kit): 1 is 128, 0, 0; 2 is 0, 128, 0; 8 is 64, 0, 0. No two numbers below 2^24
 * share a colour.
 */

/** `[red, green, blue]`, 0 to 255 each. */
export function vocColour(number: number): [red: number, green: number, blue: number] {
  const colour: [number, number, number] = [0, 0, 0];
  for (let bit = 0; bit < 24; bit++) {
    if ((number >> bit) & 1) colour[bit % 3]! |= 0x80 >> Math.floor(bit / 3);
  }
  return colour;
}

/** The 256 colours as `#rrggbb`: what `encodePalettePng` takes where no palette is given. */
export function vocPalette(): string[] {
  return Array.from({ length: 256 }, (_, number) => {
    const [red, green, blue] = vocColour(number);
    return `#${((red << 16) | (green << 8) | blue).toString(16).padStart(6, "0")}`;
  });
}
