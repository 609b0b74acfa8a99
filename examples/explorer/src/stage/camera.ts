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
