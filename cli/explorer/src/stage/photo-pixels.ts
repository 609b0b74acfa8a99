/** Draws a photo on a canvas to read its bytes: opaque, on black, and no larger than a texture may be. */
export const PHOTO_LIMIT = 8192;

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
