/**
 * Where the image is on the screen. Screen coordinates are in the canvas's own pixels (device pixels), from its top left
 * corner. Image coordinates are in the mask's pixels.
 */
export interface Camera {
  /** Screen pixels for each image pixel. */
  readonly scale: number;
  /** The image's point at the middle of the screen. */
  readonly x: number;
  readonly y: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}
export interface Point {
  readonly x: number;
  readonly y: number;
}
export interface Box extends Point, Size {}

/** The largest size of an image pixel, unless the whole image fits at a larger size. Fine screens need more for its text. */
const LARGEST_SCALE = 128;
/** The fewest screen pixels that are visible. The shorter side of a fitted image has at least as many. */
export const LEAST_SEEN = 2;
/** The share of the screen that a fitted image or a flight target fills. The rest is margin. */
const FILLED = 0.96;
/** The largest scale for a flight target: a single pixel needs its surroundings. */
const LARGEST_FOUND_SCALE = 24;

export function toImage(camera: Camera, screen: Size, point: Point): Point {
  return {
    x: camera.x + (point.x - screen.width / 2) / camera.scale,
    y: camera.y + (point.y - screen.height / 2) / camera.scale,
  };
}

export function toScreen(camera: Camera, screen: Size, point: Point): Point {
  return {
    x: (point.x - camera.x) * camera.scale + screen.width / 2,
    y: (point.y - camera.y) * camera.scale + screen.height / 2,
  };
}

/** The whole image, as large as possible with a margin. If it would be too narrow to see, its middle. */
export function fitImage(image: Size, screen: Size): Camera {
  const visible = LEAST_SEEN / Math.min(image.width, image.height);
  return {
    scale: Math.max(fittingScale(image, screen), visible),
    x: image.width / 2,
    y: image.height / 2,
  };
}

/** A part of the image in the middle of the screen, as large as is useful. */
export function fitBox(box: Box, image: Size, screen: Size): Camera {
  const scale = Math.min(
    fittingScale(box, screen),
    Math.max(LARGEST_FOUND_SCALE, fittingScale(image, screen)),
  );
  return clamp({ scale, x: box.x + box.width / 2, y: box.y + box.height / 2 }, image, screen);
}

/** Moves the picture by screen pixels, as if the pointer held it. */
export function pan(camera: Camera, dx: number, dy: number): Camera {
  return { scale: camera.scale, x: camera.x - dx / camera.scale, y: camera.y - dy / camera.scale };
}

/** Zooms about the image's point under `point`, which stays in place. The scale stays within its limits. */
export function zoomAbout(camera: Camera, factor: number, point: Point, image: Size, screen: Size): Camera {
  const { smallest, largest } = scaleLimits(image, screen);
  const scale = Math.min(Math.max(camera.scale * factor, smallest), largest);
  const kept = toImage(camera, screen, point);
  return {
    scale,
    x: kept.x - (point.x - screen.width / 2) / scale,
    y: kept.y - (point.y - screen.height / 2) / scale,
  };
}

/** The nearest camera whose scale is within its limits and whose middle of the screen is on the image. */
export function clamp(camera: Camera, image: Size, screen: Size): Camera {
  const { smallest, largest } = scaleLimits(image, screen);
  return {
    scale: Math.min(Math.max(camera.scale, smallest), largest),
    x: Math.min(Math.max(camera.x, 0), image.width),
    y: Math.min(Math.max(camera.y, 0), image.height),
  };
}

/** From half of the fitting scale, which shows the image from afar, to pixels as large squares. */
export function scaleLimits(image: Size, screen: Size): { smallest: number; largest: number } {
  const fitting = fittingScale(image, screen);
  return { smallest: Math.min(fitting / 2, 1), largest: Math.max(fitting, LARGEST_SCALE) };
}

/**
 * The camera at `progress` (0 to 1) of a flight. The scale grows by equal factors in equal times. The point that both ends
 * show at the same place of the screen stays there, so that a flight looks like one zoom.
 */
export function between(from: Camera, to: Camera, progress: number): Camera {
  if (progress >= 1) return to;
  const ratio = to.scale / from.scale;
  const scale = from.scale * ratio ** progress;
  // How far the middle has moved: evenly if the scale stays the same, otherwise as in a zoom about a fixed point.
  const gone = Math.abs(ratio - 1) < 1e-6 ? progress : (1 - ratio ** -progress) / (1 - 1 / ratio);
  return { scale, x: from.x + (to.x - from.x) * gone, y: from.y + (to.y - from.y) * gone };
}

function fittingScale(part: Size, screen: Size): number {
  return FILLED * Math.min(screen.width / part.width, screen.height / part.height);
}
