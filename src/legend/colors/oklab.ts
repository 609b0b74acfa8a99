/** Colours as people see them: OKLab (Björn Ottosson, 2020), and the two common kinds of colour blindness. */

/** Red, green and blue as amounts of light, 0 to 1. */
type Light = readonly [red: number, green: number, blue: number];
/** Lightness 0 to 1, and two axes of colour around 0: green to red, blue to yellow. Distances are as large as they look. */
export type Lab = readonly [lightness: number, a: number, b: number];

/** How up to three kinds of eyes see a colour: usual ones, and those that lack the red or the green cones. */
export type Seen = readonly [usual: Lab, protanope?: Lab, deuteranope?: Lab];

/**
 * How far apart two colours are for the eyes that tell them apart worst, of those that see both. Black and white are 1
 * apart.
 */
export function distanceSeen(one: Seen, other: Seen): number {
  return Math.min(distance(one[0], other[0]), distance(one[1], other[1]), distance(one[2], other[2]));
}

function distance(one: Lab | undefined, other: Lab | undefined): number {
  if (one === undefined || other === undefined) return Number.POSITIVE_INFINITY;
  const [lightness, a, b] = [one[0] - other[0], one[1] - other[1], one[2] - other[2]];
  return Math.sqrt(lightness * lightness + a * a + b * b);
}

/** @param rgb 0xRRGGBB */
export function seen(rgb: number): Seen {
  const light = lightOf(rgb);
  return [labOf(light), labOf(withoutRed(light)), labOf(withoutGreen(light))];
}

/** Viénot, Brettel and Mollon, "Digital video colourmaps for checking the legibility of displays by dichromats", 1999. */
function withoutRed([red, green, blue]: Light): Light {
  const yellow = 0.11238 * red + 0.88762 * green;
  return [yellow, yellow, 0.00401 * red - 0.00401 * green + blue];
}

function withoutGreen([red, green, blue]: Light): Light {
  const yellow = 0.29275 * red + 0.70725 * green;
  return [yellow, yellow, -0.02234 * red + 0.02234 * green + blue];
}

function lightOf(rgb: number): Light {
  const channel = (shift: number) => {
    const value = ((rgb >> shift) & 255) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return [channel(16), channel(8), channel(0)];
}

function labOf([red, green, blue]: Light): Lab {
  const l = Math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue);
  const m = Math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue);
  const s = Math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}

/** Lightness 0 to 1, chroma (0 is grey), and hue in turns, 0 to 1. */
export interface Tone {
  readonly lightness: number;
  readonly chroma: number;
  readonly hue: number;
}

export function toneOf(rgb: number): Tone {
  const [lightness, a, b] = labOf(lightOf(rgb));
  return { lightness, chroma: Math.hypot(a, b), hue: Math.atan2(b, a) / (2 * Math.PI) };
}

/** 0xRRGGBB. What no screen shows becomes greyer until one does. */
export function rgbOfTone({ lightness, chroma, hue }: Tone): number {
  const angle = 2 * Math.PI * hue;
  for (let left = chroma; left > 0.001; left *= 0.9) {
    const light = lightOfLab([lightness, left * Math.cos(angle), left * Math.sin(angle)]);
    if (light.every((value) => value >= 0 && value <= 1)) return rgbOfLight(light);
  }
  const grey = Math.max(0, Math.min(1, lightness)) ** 3;
  return rgbOfLight([grey, grey, grey]);
}

function lightOfLab([lightness, a, b]: Lab): Light {
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ];
}

function rgbOfLight(light: Light): number {
  return light.reduce((rgb, value) => {
    const encoded = value <= 0.0031308 ? 12.92 * value : 1.055 * value ** (1 / 2.4) - 0.055;
    return rgb * 256 + Math.round(255 * encoded);
  }, 0);
}
