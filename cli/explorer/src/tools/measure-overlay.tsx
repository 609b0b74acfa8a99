/** The measured line, from centre to centre, or the measured box, from edge to edge, drawn over the image. */
import { useLayoutEffect } from "preact/hooks";
import { type Point, toScreen } from "../stage/camera.js";
import type { ShownPart } from "../stage/stage.js";
import { isListAtTop, shownEnds } from "./measure-state.js";
import { boxBetween } from "./measurement.js";
import type { Measure } from "./tools-state.js";

interface Props extends ShownPart {
  readonly measure: Measure;
  readonly pointed: Point | null;
}

export function MeasureOverlay({ image, camera, screen, pixelRatio, measure, pointed }: Props) {
  const ends = shownEnds(image, pointed);
  /** In CSS pixels. */
  const place = (x: number, y: number): Point => {
    const at = toScreen(camera, screen, { x, y });
    return { x: at.x / pixelRatio, y: at.y / pixelRatio };
  };
  const middle = ends === null ? 0 : place(0, (ends.from.y + ends.to.y + 1) / 2).y;
  const isLow = middle > screen.height / pixelRatio / 2;
  useLayoutEffect(() => {
    isListAtTop.value = isLow;
  }, [isLow]);
  if (ends === null) return null;
  const { from, to } = ends;
  const [start, end] = [from, to].map(({ x, y }) => place(x + 0.5, y + 0.5)) as [Point, Point];
  const box = boxBetween(from, to);
  const corner = place(box.x, box.y);
  const opposite = place(box.x + box.width, box.y + box.height);
  const size = { width: opposite.x - corner.x, height: opposite.y - corner.y };
  return (
    <svg class="measure-overlay" aria-hidden="true">
      {/* White on black, so that it is visible on any colour. */}
      {["measure-under", "measure-over"].map((layer) => (
        <g key={layer} class={layer}>
          {measure === "box" ? (
            <rect {...corner} {...size} />
          ) : (
            <line x1={start.x} y1={start.y} x2={end.x} y2={end.y} />
          )}
          <circle cx={start.x} cy={start.y} r="4" />
          <circle cx={end.x} cy={end.y} r="4" />
        </g>
      ))}
    </svg>
  );
}
