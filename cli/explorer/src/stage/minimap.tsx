/** The whole image, small, and which part of it is shown. A pointer moves that part; keys move it on the stage. */
import { useEffect, useState } from "preact/hooks";
import type { Camera, Point, Size } from "./camera.js";
import { type LabelImage, valueAt } from "./label-image.js";

/** In CSS pixels. */
const LONGEST_SIDE = 128;
const SHORTEST_SIDE = 12;

interface Props {
  readonly image: LabelImage;
  readonly palette: Uint8Array;
  readonly camera: Camera;
  /** In device pixels, like the camera. */
  readonly screen: Size;
  /** The image's point to show in the middle. */
  onMove(point: Point): void;
  /** The pointer comes from the image that is behind. */
  onEnter(): void;
}

export function isZoomedIn({ image, camera, screen }: Pick<Props, "image" | "camera" | "screen">): boolean {
  return image.width * camera.scale > screen.width || image.height * camera.scale > screen.height;
}

export function Minimap({ image, palette, camera, screen, onMove, onEnter }: Props) {
  const size = sizeOf(image);
  const picture = useSmallPicture(image, palette, size);
  const percent = (part: number, whole: number) => `${(100 * part) / whole}%`;
  const shown = { width: screen.width / camera.scale, height: screen.height / camera.scale };
  // The wheel goes through to the stage; a pointer that moves or is down does not.
  const onPointer = (event: PointerEvent) => {
    event.stopPropagation();
    const map = event.currentTarget as HTMLElement;
    if (event.type === "pointerdown") map.setPointerCapture(event.pointerId);
    if (event.buttons % 2 === 0) return;
    const { left, top } = map.getBoundingClientRect();
    onMove({
      x: ((event.clientX - left - map.clientLeft) / size.width) * image.width,
      y: ((event.clientY - top - map.clientTop) / size.height) * image.height,
    });
  };
  return (
    <div
      class="minimap"
      aria-hidden="true"
      style={{ ...size }}
      onPointerEnter={onEnter}
      onPointerDown={onPointer}
      onPointerMove={onPointer}
    >
      {picture !== undefined && <img src={picture} alt="" draggable={false} />}
      <span
        style={{
          left: percent(camera.x - shown.width / 2, image.width),
          top: percent(camera.y - shown.height / 2, image.height),
          width: percent(shown.width, image.width),
          height: percent(shown.height, image.height),
        }}
      />
    </div>
  );
}

function sizeOf({ width, height }: Size): Size {
  const scale = LONGEST_SIDE / Math.max(width, height);
  const side = (pixels: number) => Math.max(SHORTEST_SIDE, Math.round(pixels * scale));
  return { width: side(width), height: side(height) };
}

/** The address of a picture with one place of the image for each of its pixels, once it is made. */
function useSmallPicture(image: LabelImage, palette: Uint8Array, size: Size): string | undefined {
  const [address, setAddress] = useState<string>();
  useEffect(() => {
    let made: string | undefined;
    let isOver = false;
    drawSmall(image, palette, size).then((blob) => {
      if (isOver) return;
      made = URL.createObjectURL(blob);
      setAddress(made);
    });
    return () => {
      isOver = true;
      if (made !== undefined) URL.revokeObjectURL(made);
    };
  }, [image, palette]);
  return address;
}

function drawSmall(image: LabelImage, palette: Uint8Array, { width, height }: Size): Promise<Blob> {
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext("2d")!;
  const pixels = context.createImageData(width, height);
  for (let y = 0, at = 0; y < height; y++) {
    const row = Math.floor(((y + 0.5) / height) * image.height);
    for (let x = 0; x < width; x++, at += 4) {
      const value = valueAt(image, Math.floor(((x + 0.5) / width) * image.width), row);
      pixels.data.set(palette.subarray(value * 4, value * 4 + 4), at);
    }
  }
  context.putImageData(pixels, 0, 0);
  return canvas.convertToBlob();
}
