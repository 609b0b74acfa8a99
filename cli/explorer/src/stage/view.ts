/**
 * Decides which part of an image is shown, and when it is drawn: only after a change, and once per frame. While it moves,
 * it is drawn whole and coarsely. At rest it is drawn more finely. If that takes long, each frame draws only a few rows, so
 * that the image can move again at any time.
 */
import {
  between,
  type Camera,
  clamp,
  fitImage,
  type Point,
  pan,
  type Size,
  toImage,
  zoomAbout,
} from "./camera.js";
import { createCanvasRenderer } from "./canvas-renderer.js";
import { fitLabels, type Target } from "./fit-labels.js";
import { type LabelImage, valueAt } from "./label-image.js";
import { makeRenderer, type RendererName } from "./make-renderer.js";
import type { Color } from "./mixed-palette.js";
import type { Renderer } from "./renderer.js";
import { tapsAtRest } from "./sampling.js";

export interface ViewEvents {
  /** The image's pixel under the pointer and its value; -1 for all three if there is none. */
  onPoint(x: number, y: number, label: number): void;
  /** @param isAdded whether Shift, Ctrl or Cmd was down */
  onPick(label: number, x: number, y: number, isAdded: boolean): void;
  /** What part of the image is shown, whenever it changes; `isWhole` if it is the whole image, in any window. */
  onCamera(camera: Camera, isWhole: boolean): void;
  /** How long a whole picture took to draw: in one go while it moves, in parts at rest. */
  onFrame(milliseconds: number, isAtRest: boolean): void;
  /** How long it took until the whole image could be drawn. */
  onUploaded(milliseconds: number): void;
  /** Which renderer draws. Called again if another one takes over: an image is too large, or the graphics card `isLost`. */
  onRenderer?(name: RendererName, isLost: boolean): void;
}

export interface Look {
  readonly opacity: number;
  readonly outlined: number;
  /** Width of the outlines if only these are drawn, in CSS pixels; otherwise 0. */
  readonly edgeWidth: number;
  readonly brightness: number;
  readonly background: Color;
}

/** This long after the last movement, the picture is at rest. */
const REST_MILLISECONDS = 120;
const FLIGHT_MILLISECONDS = 400;
/** The time per frame for drawing at rest, and the rows of the first part. */
const SLICE_MILLISECONDS = 8;
const FIRST_ROWS = 64;
/** Waiting for the graphics processor slows drawing down, so only one in this many frames is measured while moving. */
const MEASURED_OF = 8;

export class View {
  renderer: Renderer;
  /** Whether a place beside the image stands for the nearest pixel of the image. */
  clampsPoints = false;
  private image: LabelImage | null = null;
  private palette: Uint8Array | null = null;
  private photo: ImageBitmap | null = null;
  private camera: Camera = { scale: 1, x: 0, y: 0 };
  /** Whether the whole image stays visible, even if the size of the window changes. */
  private isFitted = true;
  private look: Look = {
    opacity: 1,
    outlined: -1,
    edgeWidth: 0,
    brightness: 1,
    background: [255, 255, 255],
  };
  private flight: { from: Camera; to: Camera; start: number } | null = null;
  private pointer: Point | null = null;
  private pointed = "-1 -1 -1";
  private shownPart = "";
  /** Whether the canvas has its size. Before, the limits of the zoom are not known. */
  private isSized = false;
  private wanted: Camera | null = null;
  private frame = 0;
  private restTimer: ReturnType<typeof setTimeout> | undefined;
  private movedAt = Number.NEGATIVE_INFINITY;
  private staleRows = 0;
  private nextRow = 0;
  private rowsPerSlice = FIRST_ROWS;
  private drawnMilliseconds = 0;
  private movedFrames = 0;

  constructor(
    private readonly host: HTMLElement,
    private readonly events: ViewEvents,
    wanted?: RendererName,
  ) {
    this.renderer = makeRenderer(
      () => this.changed(),
      () => this.drawOtherwise(true),
      wanted,
    );
    this.showRenderer(false);
  }

  /** A map of the same size is shown at the same place as the previous one. */
  setImage(image: LabelImage | null) {
    const isOther = image?.width !== this.image?.width || image?.height !== this.image?.height;
    this.image = image;
    if (image && !this.renderer.canShow(image)) this.drawOtherwise(false);
    // The same place and value may be a different label now.
    if (this.pointer) this.pointed = "";
    const start = performance.now();
    this.renderer.setImage(image, () => this.events.onUploaded(performance.now() - start));
    if (isOther) this.fit({ isFlown: false });
    this.changed();
  }

  setPalette(palette: Uint8Array) {
    this.palette = palette;
    this.renderer.setPalette(palette);
    this.changed();
  }

  setPhoto(photo: ImageBitmap | null) {
    this.photo = photo;
    this.renderer.setPhoto(photo);
    this.changed();
  }

  setLook(look: Look) {
    // Outlines are seen at once, as a whole, before they are drawn finely.
    if (look.edgeWidth !== this.look.edgeWidth) this.moved();
    this.look = look;
    this.changed();
  }

  /** @param width of the screen, in device pixels */
  resize(width: number, height: number) {
    const { canvas } = this.renderer;
    if (this.isSized && canvas.width === width && canvas.height === height) return;
    this.isSized ||= width > 0 && height > 0;
    canvas.width = width;
    canvas.height = height;
    if (this.isFitted) this.fit({ isFlown: false });
    if (this.wanted && this.isSized) this.moveTo(this.wanted);
    if (this.isSized) this.wanted = null;
    this.changed();
    // Resizing has cleared the canvas. Without drawing now, it would flicker until the next frame.
    this.moved();
    this.draw(performance.now());
  }

  /** Device pixels per CSS pixel. */
  get pixelRatio(): number {
    return this.renderer.canvas.width / Math.max(1, this.host.clientWidth);
  }

  /** @param dx in CSS pixels */
  panBy(dx: number, dy: number) {
    this.moveTo(pan(this.camera, dx * this.pixelRatio, dy * this.pixelRatio));
  }

  /** @param about a point of the page, from the host's corner; by default its middle */
  zoomBy(factor: number, about?: Point) {
    const { image } = this;
    if (image) this.moveTo(zoomAbout(this.camera, factor, this.onScreen(about), image, this.screen));
  }

  fit({ isFlown = true } = {}) {
    if (!this.image || this.screen.width === 0) return;
    const camera = fitImage(this.image, this.screen);
    if (isFlown) this.flyTo(camera);
    else this.moveTo(camera);
    this.isFitted = true;
  }

  /** Shows this part at once. */
  show(camera: Camera) {
    if (this.isSized) this.moveTo(camera);
    else this.wanted = camera;
  }

  /** Shows this point of the image in the middle. */
  centerOn({ x, y }: Point) {
    this.moveTo({ ...this.camera, x, y });
  }

  /** In device pixels, and how many of them are a CSS pixel. */
  screenSize(): { readonly screen: Size; readonly pixelRatio: number } {
    const { width, height } = this.screen;
    return { screen: { width, height }, pixelRatio: this.pixelRatio };
  }

  oneToOne() {
    if (this.image) this.flyTo(clamp({ ...this.camera, scale: 1 }, this.image, this.screen));
  }

  flyToLabels(target: Target) {
    if (this.image) this.flyTo(fitLabels(target, this.image, this.screen));
  }

  /** Reports what is under a point of the page, now and after each movement, until the point changes. */
  point(at: Point | null) {
    this.pointer = at;
    this.reportPoint();
  }

  pick(at?: Point, isAdded = false) {
    const { x, y, label } = this.pixelAt(this.onScreen(at));
    if (label >= 0) this.events.onPick(label, x, y, isAdded);
  }

  dispose() {
    cancelAnimationFrame(this.frame);
    clearTimeout(this.restTimer);
    this.renderer.canvas.remove();
    this.renderer.dispose();
  }

  private showRenderer(isLost: boolean) {
    const { canvas, name } = this.renderer;
    canvas.setAttribute("aria-hidden", "true");
    this.host.append(canvas);
    this.events.onRenderer?.(name, isLost);
  }

  /** Changes to a plain canvas, which can draw any image. */
  private drawOtherwise(isLost: boolean) {
    const before = this.renderer;
    this.renderer = createCanvasRenderer();
    const { width, height } = before.canvas;
    Object.assign(this.renderer.canvas, { width, height });
    before.canvas.remove();
    before.dispose();
    this.showRenderer(isLost);
    if (this.palette) this.renderer.setPalette(this.palette);
    this.renderer.setPhoto(this.photo);
    if (isLost) this.setImage(this.image);
  }

  private get screen() {
    return this.renderer.canvas;
  }

  private onScreen(at: Point | undefined): Point {
    const { width, height } = this.screen;
    return at ? { x: at.x * this.pixelRatio, y: at.y * this.pixelRatio } : { x: width / 2, y: height / 2 };
  }

  private moveTo(camera: Camera) {
    if (!this.image) return;
    this.flight = null;
    this.isFitted = false;
    this.camera = clamp(camera, this.image, this.screen);
    this.moved();
  }

  private flyTo(to: Camera) {
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) {
      this.moveTo(to);
      return;
    }
    this.isFitted = false;
    this.flight = { from: this.camera, to, start: performance.now() };
    this.moved();
  }

  private moved() {
    this.movedAt = performance.now();
    this.changed();
  }

  private changed() {
    this.staleRows = this.screen.height;
    this.drawnMilliseconds = 0;
    this.request();
  }

  private request() {
    this.frame ||= requestAnimationFrame((now) => this.draw(now));
  }

  private draw(now: number) {
    cancelAnimationFrame(this.frame);
    this.frame = 0;
    clearTimeout(this.restTimer);
    if (this.flight) this.fly(this.flight, now);
    if (now - this.movedAt < REST_MILLISECONDS) this.drawMoving();
    else this.drawAtRest();
    this.reportPoint();
    this.reportCamera();
    if (this.flight) this.request();
  }

  private fly({ from, to, start }: NonNullable<View["flight"]>, now: number) {
    const passed = Math.min(Math.max((now - start) / FLIGHT_MILLISECONDS, 0), 1);
    // A gentle start and a gentle landing.
    this.camera = between(from, to, passed * passed * (3 - 2 * passed));
    if (passed === 1) this.flight = null;
    this.moved();
  }

  private drawMoving() {
    const { height } = this.screen;
    const taps = this.renderer.tapsWhileMoving;
    const isMeasured = this.movedFrames++ % MEASURED_OF === 0 || this.renderer.name === "canvas";
    // Before drawing, because drawing makes rows stale if a new part of the map was uploaded.
    this.staleRows = taps < tapsAtRest(this.camera.scale) ? height : 0;
    const milliseconds = this.drawRows(taps, 0, height, isMeasured);
    if (isMeasured) this.events.onFrame(milliseconds, false);
    if (this.staleRows > 0) this.restTimer = setTimeout(() => this.request(), REST_MILLISECONDS);
  }

  private drawAtRest() {
    const { height } = this.screen;
    if (this.nextRow >= height) this.nextRow = 0;
    const rows = Math.min(this.rowsPerSlice, this.staleRows, height - this.nextRow);
    if (rows <= 0) return;
    const from = this.nextRow;
    this.nextRow += rows;
    this.staleRows -= rows;
    const milliseconds = this.drawRows(tapsAtRest(this.camera.scale), from, rows, true);
    this.drawnMilliseconds += milliseconds;
    // A single slow frame counts only half.
    const affordable = (rows * SLICE_MILLISECONDS) / Math.max(milliseconds, 0.1);
    this.rowsPerSlice = Math.ceil(Math.max((this.rowsPerSlice + affordable) / 2, 1));
    if (this.staleRows > 0) this.request();
    else this.events.onFrame(this.drawnMilliseconds, true);
  }

  private drawRows(taps: 1 | 2 | 4, from: number, count: number, isMeasured: boolean): number {
    const start = performance.now();
    const lineWidth = Math.max(1, Math.round(this.pixelRatio));
    const edgeWidth = Math.round(this.look.edgeWidth * this.pixelRatio);
    const rows = [from, from + count] as const;
    this.renderer.draw(this.camera, { ...this.look, taps, lineWidth, edgeWidth, rows });
    if (isMeasured) this.renderer.finish();
    return performance.now() - start;
  }

  private reportCamera() {
    if (!this.image || !this.isSized) return;
    const { scale, x, y } = this.camera;
    const { width, height } = this.screen;
    const shownPart = `${scale} ${x} ${y} ${this.isFitted} ${width} ${height}`;
    if (shownPart === this.shownPart) return;
    this.shownPart = shownPart;
    this.events.onCamera({ ...this.camera }, this.isFitted);
  }

  private reportPoint() {
    const { x, y, label } = this.pointer
      ? this.pixelAt(this.onScreen(this.pointer))
      : { x: -1, y: -1, label: -1 };
    const pointed = `${x} ${y} ${label}`;
    if (pointed === this.pointed) return;
    this.pointed = pointed;
    this.events.onPoint(x, y, label);
  }

  private pixelAt(point: Point): { x: number; y: number; label: number } {
    const { image } = this;
    const place = toImage(this.camera, this.screen, point);
    const index = (at: number, length: number) =>
      this.clampsPoints ? Math.min(Math.max(Math.floor(at), 0), length - 1) : Math.floor(at);
    const x = index(place.x, image?.width ?? 0);
    const y = index(place.y, image?.height ?? 0);
    if (!image || x < 0 || x >= image.width || y < 0 || y >= image.height) return { x: -1, y: -1, label: -1 };
    return { x, y, label: valueAt(image, x, y) };
  }
}
