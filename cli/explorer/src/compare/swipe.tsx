/**
 * A second picture over the stage, right of a divider: the same part of the same map with another palette. It is drawn in
 * the same turn as the stage, so that both halves move together. Moving the divider draws nothing.
 */
import type { RefObject } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { type Camera, fitImage } from "../stage/camera.js";
import { createCanvasRenderer } from "../stage/canvas-renderer.js";
import type { LabelImage } from "../stage/label-image.js";
import { makeRenderer } from "../stage/make-renderer.js";
import type { Renderer } from "../stage/renderer.js";
import { tapsAtRest } from "../stage/sampling.js";
import { observeSize } from "../stage/stage.js";
import { stageColor } from "../theme.js";
import { divider, isolatedCell, swipedPalette } from "./compare-state.js";

/** This long after the last movement, it is drawn finely. */
const REST_MILLISECONDS = 120;

class Overlay {
  readonly #host: HTMLElement;
  #renderer: Renderer;
  #palette: Uint8Array | null = null;
  #image: LabelImage | null = null;
  #camera: Camera | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #frame = 0;

  constructor(host: HTMLElement) {
    this.#host = host;
    this.#renderer = makeRenderer(
      () => {
        this.#frame ||= requestAnimationFrame(() => this.#draw(this.#renderer.tapsWhileMoving));
      },
      () => this.#drawOtherwise(),
    );
    host.append(this.#renderer.canvas);
  }

  setImage(image: LabelImage | null): void {
    this.#image = image;
    if (image !== null && !this.#renderer.canShow(image)) this.#drawOtherwise();
    else this.#renderer.setImage(image);
    this.change();
  }

  setPalette(palette: Uint8Array): void {
    this.#palette = palette;
    this.#renderer.setPalette(palette);
    this.change();
  }

  resize(width: number, height: number): void {
    Object.assign(this.#renderer.canvas, { width, height });
    this.change();
  }

  /** @param camera with its scale in CSS pixels; `null` for the whole image */
  show(camera: Camera | null): void {
    this.#camera = camera;
    this.change();
  }

  /** Draws it at once, and finely once nothing has changed for a moment. */
  change(): void {
    this.#draw(this.#renderer.tapsWhileMoving);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#draw(4), REST_MILLISECONDS);
  }

  dispose(): void {
    clearTimeout(this.#timer);
    cancelAnimationFrame(this.#frame);
    this.#renderer.canvas.remove();
    this.#renderer.dispose();
  }

  /** Changes to a plain canvas, like the stage. */
  #drawOtherwise(): void {
    const { width, height } = this.#renderer.canvas;
    this.#renderer.canvas.remove();
    this.#renderer.dispose();
    this.#renderer = createCanvasRenderer();
    this.#host.append(this.#renderer.canvas);
    if (this.#palette !== null) this.#renderer.setPalette(this.#palette);
    this.#renderer.setImage(this.#image);
    this.resize(width, height);
  }

  #draw(mostTaps: 1 | 2 | 4): void {
    this.#frame = 0;
    const { canvas } = this.#renderer;
    if (this.#image === null || canvas.width === 0) return;
    const shown = this.#camera;
    const camera =
      shown === null ? fitImage(this.#image, canvas) : { ...shown, scale: shown.scale * devicePixelRatio };
    this.#renderer.draw(camera, {
      opacity: 1,
      outlined: isolatedCell.value,
      edgeWidth: 0,
      brightness: 1,
      lineWidth: Math.max(1, Math.round(devicePixelRatio)),
      background: stageColor.value,
      taps: Math.min(mostTaps, tapsAtRest(camera.scale)) as 1 | 2 | 4,
      rows: [0, canvas.height],
    });
  }
}

interface Props {
  readonly image: LabelImage;
  /** Receives what the stage must call whenever it shows another part. */
  readonly onCamera: RefObject<((camera: Camera | null) => void) | null>;
  /** The part that the stage shows. */
  readonly camera: RefObject<Camera | null>;
}

export function Swipe({ image, onCamera, camera }: Props) {
  const host = useRef<HTMLDivElement>(null);
  const overlay = useRef<Overlay | null>(null);
  useLayoutEffect(() => {
    const element = host.current!;
    const made = new Overlay(element);
    overlay.current = made;
    made.show(camera.current);
    onCamera.current = (shown) => made.show(shown);
    const endObserving = observeSize(element, (width, height) => made.resize(width, height));
    return () => {
      onCamera.current = null;
      endObserving();
      made.dispose();
    };
  }, []);
  useLayoutEffect(() => overlay.current!.setPalette(swipedPalette.value), [swipedPalette.value]);
  useLayoutEffect(() => overlay.current!.setImage(image), [image]);
  useLayoutEffect(() => overlay.current!.change(), [isolatedCell.value, stageColor.value]);
  return (
    <div class="swipe" style={{ "--divider": `${divider.value}%` }}>
      <div ref={host} class="swiped" aria-hidden="true" />
      <p class="swipe-name">Reference</p>
      <p class="swipe-name">Other</p>
      <input
        type="range"
        aria-label="Divider: reference left of it, other right of it"
        min="0"
        max="100"
        step="0.1"
        value={divider.value}
        onInput={({ currentTarget }) => {
          divider.value = currentTarget.valueAsNumber;
        }}
        onKeyDown={takeArrow}
      />
    </div>
  );
}

/** An arrow key of a slider moves one step, which is too short for a hand on a key, and exact for a pointer. */
function takeArrow(event: KeyboardEvent): void {
  const step = { ArrowLeft: -2, ArrowDown: -2, ArrowRight: 2, ArrowUp: 2 }[event.key];
  if (step === undefined) return;
  event.preventDefault();
  divider.value = Math.min(100, Math.max(0, divider.value + step));
}
