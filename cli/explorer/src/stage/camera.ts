/**
 * Where on the screen the image lies. Screen coordinates are in the canvas's own pixels (of the device), from its top left
 * corner; image coordinates are in the mask's pixels.
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

/** So large is an image pixel at most, unless the whole image fits when it is larger. */
const LARGEST_SCALE = 64;
/** Screen pixels that are seen: the shorter side of an image has as many at least when it is fitted. */
export const LEAST_SEEN = 2;
/** What is flown to, or fitted, has this much of the screen; the rest is margin. */
const FILLED = 0.96;
/** What is flown to is shown no larger than this: a single pixel needs its surroundings. */
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

/** The whole image, as large as it can be with a margin; the middle of one so narrow that it could not be seen. */
export function fitImage(image: Size, screen: Size): Camera {
  const visible = LEAST_SEEN / Math.min(image.width, image.height);
  return {
    scale: Math.max(fittingScale(image, screen), visible),
    x: image.width / 2,
    y: image.height / 2,
  };
}

/** A part of the image in the middle, as large as is of use. */
export function fitBox(box: Box, image: Size, screen: Size): Camera {
  const scale = Math.min(
    fittingScale(box, screen),
    Math.max(LARGEST_FOUND_SCALE, fittingScale(image, screen)),
  );
  return clamp({ scale, x: box.x + box.width / 2, y: box.y + box.height / 2 }, image, screen);
}

/** Moves the picture by screen pixels, as if it hung on the pointer. */
export function pan(camera: Camera, dx: number, dy: number): Camera {
  return { scale: camera.scale, x: camera.x - dx / camera.scale, y: camera.y - dy / camera.scale };
}

/** Enlarges, with the image's point under `point` kept there; the scale stays within the limits. */
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

/** The nearest camera that shows the image: its scale within the limits, the middle of the screen on the image. */
export function clamp(camera: Camera, image: Size, screen: Size): Camera {
  const { smallest, largest } = scaleLimits(image, screen);
  return {
    scale: Math.min(Math.max(camera.scale, smallest), largest),
    x: Math.min(Math.max(camera.x, 0), image.width),
    y: Math.min(Math.max(camera.y, 0), image.height),
  };
}

/** From half of what fits, so that there is a way to see all from afar, to where pixels are large squares. */
export function scaleLimits(image: Size, screen: Size): { smallest: number; largest: number } {
  const fitting = fittingScale(image, screen);
  return { smallest: Math.min(fitting / 2, 1), largest: Math.max(fitting, LARGEST_SCALE) };
}

/**
 * The camera at `progress` (0 to 1) of a flight. The scale grows by equal factors in equal times, and the point that both
 * ends show at one place of the screen stays there, so that a flight looks like one zoom.
 */
export function between(from: Camera, to: Camera, progress: number): Camera {
  if (progress >= 1) return to;
  const ratio = to.scale / from.scale;
  const scale = from.scale * ratio ** progress;
  // How far the middle has gone: evenly on the screen where the scale stays, else as a zoom about a fixed point has it.
  const gone = Math.abs(ratio - 1) < 1e-6 ? progress : (1 - ratio ** -progress) / (1 - 1 / ratio);
  return { scale, x: from.x + (to.x - from.x) * gone, y: from.y + (to.y - from.y) * gone };
}

function fittingScale(part: Size, screen: Size): number {
  return FILLED * Math.min(screen.width / part.width, screen.height / part.height);
}
