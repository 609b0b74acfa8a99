/** A legend of what is in view, in a corner of the stage. It lets the pointer through, and fades under it. */
import { computed } from "@preact/signals";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { type Box, type Point, toImage, toScreen } from "../stage/camera.js";
import { bufferOf } from "../stage/label-image.js";
import type { ShownPart } from "../stage/stage.js";
import type { OpenMask } from "../state.js";
import { CornerRows } from "./corner-list.js";
import { type Counts, countSlowly } from "./count-in-box.js";
import { legendRows } from "./legend-rows.js";

/** A part is counted this long after the last movement. */
const REST_MILLISECONDS = 150;
/** In CSS pixels: the height of a row with its share of the rest, and the share of the stage's height that it may take. */
const ROW_HEIGHT = 22;
const MOST_OF_HEIGHT = 0.5;
const MOST_ROWS = 14;

interface Props extends ShownPart {
  readonly mask: OpenMask;
  readonly pointed: Point | null;
}

export function StageLegend({ mask, pointed, ...part }: Props) {
  const { image, camera, screen, pixelRatio } = part;
  const element = useRef<HTMLElement>(null);
  const box = boxInView(part);
  const counted = useCountsAtRest(part, box);
  const counts = counted?.counts ?? null;
  // A mask may have thousands of labels, and each movement of the pointer draws the legend again.
  const listed = useMemo(() => computed(() => legendRows(mask, counts)), [mask, counts]);
  if (box === null || counted === null) return null;
  const rows = listed.value;
  if (rows.length === 0) return null;
  const most = Math.floor((MOST_OF_HEIGHT * screen.height) / pixelRatio / ROW_HEIGHT) - 1;
  const isUnderPointer = (): boolean => {
    if (pointed === null || element.current === null) return false;
    const { offsetLeft, offsetTop, offsetWidth, offsetHeight } = element.current;
    const at = toScreen(camera, screen, { x: pointed.x + 0.5, y: pointed.y + 0.5 });
    const [x, y] = [at.x / pixelRatio - offsetLeft, at.y / pixelRatio - offsetTop];
    return x > 0 && y > 0 && x < offsetWidth && y < offsetHeight;
  };
  return (
    <section
      ref={element}
      class={isUnderPointer() ? "corner-list stage-legend is-faded" : "corner-list stage-legend"}
      aria-label="Legend"
    >
      <CornerRows
        rows={rows}
        whole={counted.box.width * counted.box.height}
        most={Math.min(Math.max(most, 3), MOST_ROWS)}
      />
      <p class="quiet">{isWhole(counted.box, image) ? "Share of the mask" : "Share of this part"}</p>
    </section>
  );
}

/** The pixels of which at least a part is seen; `null` if there are none. */
function boxInView({ image, camera, screen }: ShownPart): Box | null {
  const first = toImage(camera, screen, { x: 0, y: 0 });
  const last = toImage(camera, screen, { x: screen.width, y: screen.height });
  const [x, y] = [Math.max(0, Math.floor(first.x)), Math.max(0, Math.floor(first.y))];
  const width = Math.min(image.width, Math.ceil(last.x)) - x;
  const height = Math.min(image.height, Math.ceil(last.y)) - y;
  return width > 0 && height > 0 ? { x, y, width, height } : null;
}

function isWhole({ width, height }: Box, image: ShownPart["image"]): boolean {
  return width === image.width && height === image.height;
}

interface Counted {
  /** Of the image. */
  readonly buffer: ArrayBuffer;
  readonly box: Box;
  /** `null`: those of the whole mask, which are known. */
  readonly counts: Counts | null;
}

/** What was counted last, until the part in view is counted; `null` if that was another mask. */
function useCountsAtRest({ image }: ShownPart, box: Box | null): Counted | null {
  const buffer = bufferOf(image);
  const [last, setLast] = useState<Counted | null>(null);
  useEffect(() => {
    if (box === null) return;
    if (isWhole(box, image)) return setLast({ buffer, box, counts: null });
    const stop = new AbortController();
    const timer = setTimeout(async () => {
      const counts = await countSlowly(image, box, stop.signal);
      if (counts !== null) setLast({ buffer, box, counts });
    }, REST_MILLISECONDS);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [buffer, box?.x, box?.y, box?.width, box?.height]);
  return last?.buffer === buffer ? last : null;
}
