/** Draws a photo on a canvas to read its bytes: opaque, on black, and no larger than a texture may be. */
export const PHOTO_LIMIT = 8192;

/** Brightness is computed in integers: so many are 1. */
export const BRIGHTNESS_UNIT = 256;

export function brightnessUnits(brightness: number): number {
  return Math.round(brightness * BRIGHTNESS_UNIT);
}

/** The brightened byte for each byte of a photo, rounded and limited as in the shader. */
export function brightenedBytes(brightness: number): Uint8ClampedArray {
  const units = brightnessUnits(brightness);
  return Uint8ClampedArray.from({ length: 256 }, (_, byte) => (byte * units + BRIGHTNESS_UNIT / 2) >> 8);
}

export function drawPhoto(photo: ImageBitmap, limit: number): OffscreenCanvasRenderingContext2D {
  const shrink = Math.min(1, limit / photo.width, limit / photo.height);
  const width = Math.max(1, Math.round(photo.width * shrink));
  const height = Math.max(1, Math.round(photo.height * shrink));
  const context = new OffscreenCanvas(width, height).getContext("2d", {
    alpha: false,
    willReadFrequently: true,
  })!;
  context.imageSmoothingQuality = "high";
  context.drawImage(photo, 0, 0, width, height);
  return context;
}
