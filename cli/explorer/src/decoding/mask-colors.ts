/** All colours of a mask, whether a legend has them or not. */
import { decodeIds } from "labelmap/ids";

/** Offset of the bit depth in a PNG. The colour type is the next byte (PNG specification, 11.2.1). */
const BIT_DEPTH_OFFSET = 24;
const GREY = 0;
const GREY_ALPHA = 4;

export interface MaskColor {
  /** `#rrggbb`. */
  readonly color: string;
  /** The id that `decodeIds` returns for it. */
  readonly id: number;
}

/**
 * The colours with the most pixels come first.
 *
 * @throws what `decodeIds` throws: PNG_16_BIT_COLORS if samples have 16 bits that do not fit 8. Grey of 16 bits has ids in
 *   full; `decodeMask` refuses it if they are no colours.
 */
export async function maskColors(png: Uint8Array): Promise<MaskColor[]> {
  const { segments } = await decodeIds(png);
  const bitDepth = png[BIT_DEPTH_OFFSET]!;
  const colorType = png[BIT_DEPTH_OFFSET + 1]!;
  const isGrey = colorType === GREY || colorType === GREY_ALPHA;
  // The id is the sample of a grey mask, and R + 256 G + 256² B of all others.
  const sampleOf = (id: number) => (bitDepth === 16 ? id >> 8 : (id * 255) / (2 ** bitDepth - 1));
  const colorOf = (id: number) => (isGrey ? hexOfGrey(sampleOf(id)) : hexOfId(id));
  return [...segments]
    .sort((a, b) => b.pixelCount - a.pixelCount)
    .map(({ id }) => ({ color: colorOf(id), id }));
}

function hexOfGrey(sample: number): string {
  return `#${sample.toString(16).padStart(2, "0").repeat(3)}`;
}

/** R is the lowest byte of an id. */
function hexOfId(id: number): string {
  const rgb = ((id & 255) << 16) | (id & 0xff00) | (id >> 16);
  return `#${rgb.toString(16).padStart(6, "0")}`;
}
