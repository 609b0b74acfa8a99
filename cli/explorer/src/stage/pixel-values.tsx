/** What each pixel of the image is, written on it, if the pixels are large enough to read it. */
import { useLayoutEffect, useRef } from "preact/hooks";
import { type Camera, type Size, toImage, toScreen } from "./camera.js";
import { type LabelImage, valueAt } from "./label-image.js";

/** The side of an image pixel, in CSS pixels, from which on there is room for text. */
const READABLE_SIDE = 40;
const SMALLEST_FONT = 10;
const LARGEST_FONT = 14;
/** The font's share of a pixel's side, and the margin on each side of the text. */
const FONT_SHARE = 0.22;
const MARGIN = 3;

interface Props {
  readonly image: LabelImage;
  readonly palette: Uint8Array;
  readonly camera: Camera;
  /** In device pixels, like the camera. */
  readonly screen: Size;
  readonly pixelRatio: number;
  /** The lines for a value, the most important first. */
  textOf(value: number): readonly string[];
}

export function areValuesReadable({ camera, pixelRatio }: Pick<Props, "camera" | "pixelRatio">): boolean {
  return camera.scale >= READABLE_SIDE * pixelRatio;
}

export function PixelValues(props: Props) {
  const host = useRef<HTMLSpanElement>(null);
  const canvas = useRef<HTMLCanvasElement | null>(null);
  useLayoutEffect(() => {
    canvas.current = document.createElement("canvas");
    Object.assign(canvas.current.style, { display: "block", width: "100%", height: "100%" });
    // The page has one picture, which this is a part of.
    host.current!.attachShadow({ mode: "closed" }).append(canvas.current);
  }, []);
  // Before the next frame is shown, so that texts move with their pixels.
  useLayoutEffect(() => drawValues(canvas.current!, props));
  return <span ref={host} class="pixel-values" aria-hidden="true" />;
}

function drawValues(
  canvas: HTMLCanvasElement,
  { image, palette, camera, screen, pixelRatio, textOf }: Props,
): void {
  Object.assign(canvas, screen);
  const context = canvas.getContext("2d")!;
  const { scale } = camera;
  const font =
    Math.min(Math.max((scale / pixelRatio) * FONT_SHARE, SMALLEST_FONT), LARGEST_FONT) * pixelRatio;
  Object.assign(context, {
    font: `${font}px system-ui, sans-serif`,
    textAlign: "center",
    textBaseline: "middle",
    lineJoin: "round",
    lineWidth: font / 4,
    // White with a dark edge is read on any colour.
    strokeStyle: "#000b",
    fillStyle: "#fff",
  });
  const lines = new Map<number, readonly string[]>();
  const linesOf = (value: number) => {
    const cut = textOf(value).map((text) => cutText(context, text, scale - 2 * MARGIN * pixelRatio));
    lines.set(value, cut);
    return cut;
  };
  const first = toImage(camera, screen, { x: 0, y: 0 });
  const last = toImage(camera, screen, { x: screen.width, y: screen.height });
  for (let y = Math.max(0, Math.floor(first.y)); y < Math.min(last.y, image.height); y++) {
    for (let x = Math.max(0, Math.floor(first.x)); x < Math.min(last.x, image.width); x++) {
      const value = valueAt(image, x, y);
      // Hidden.
      if (palette[value * 4 + 3] === 0) continue;
      const texts = lines.get(value) ?? linesOf(value);
      const middle = toScreen(camera, screen, { x: x + 0.5, y: y + 0.5 });
      for (const [line, text] of texts.entries()) {
        const top = middle.y + (line - (texts.length - 1) / 2) * font * 1.2;
        context.strokeText(text, middle.x, top);
        context.fillText(text, middle.x, top);
      }
    }
  }
}

function cutText(context: CanvasRenderingContext2D, text: string, width: number): string {
  let cut = text;
  for (let { length } = text; context.measureText(cut).width > width && length > 1; ) {
    length--;
    cut = `${text.slice(0, length)}…`;
  }
  return cut;
}
