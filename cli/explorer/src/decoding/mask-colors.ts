/** All colours of a mask, whatever a legend says of them. */
import { decodeIds } from "labelmap/ids";

/** Where a PNG's header has its bit depth; the colour type is the byte after it (PNG specification, 11.2.1). */
const BIT_DEPTH_OFFSET = 24;
const GREY = 0;
const GREY_ALPHA = 4;

export interface MaskColor {
  /** `#rrggbb`. */
  readonly color: string;
  /** What `decodeIds` has for it. */
  readonly id: number;
}

/**
 * Those with most pixels first.
 *
 * @throws what `decodeIds` throws: ENGINE_UNSUPPORTED where samples have 16 bits.
 */
export async function maskColors(png: Uint8Array): Promise<MaskColor[]> {
  const { segments } = await decodeIds(png);
  const bitDepth = png[BIT_DEPTH_OFFSET]!;
  const colorType = png[BIT_DEPTH_OFFSET + 1]!;
  const isGrey = colorType === GREY || colorType === GREY_ALPHA;
  // A grey mask's id is the sample as it is, an R + 256 G + 256² B is the others'.
  const colorOf = (id: number) => (isGrey ? hexOfGrey((id * 255) / (2 ** bitDepth - 1)) : hexOfId(id));
  return [...segments]
    .sort((a, b) => b.pixelCount - a.pixelCount)
    .map(({ id }) => ({ color: colorOf(id), id }));
}

function hexOfGrey(sample: number): string {
  return `#${sample.toString(16).padStart(2, "0").repeat(3)}`;
}

/** R is an id's lowest byte. */
function hexOfId(id: number): string {
  const rgb = ((id & 255) << 16) | (id & 0xff00) | (id >> 16);
  return `#${rgb.toString(16).padStart(6, "0")}`;
}
