/** What pointers, wheel and keys do to a view. */
import { keyOf } from "../key-of.js";
import type { Point } from "./camera.js";
import type { Target } from "./fit-labels.js";
import type { View } from "./view.js";

/** A pointer that moves no farther than this, in CSS pixels, has clicked. */
const CLICK_DISTANCE = 4;
/** Zoom per pixel of the wheel, as an exponent. A pinch on a trackpad comes as small steps with the control key. */
const WHEEL_EXPONENT = 0.0015;
const PINCH_EXPONENT = 0.01;
/** Pixels per unit of a wheel: pixels, lines or pages. */
const WHEEL_UNITS = [1, 33, 400];
const LARGEST_WHEEL_FACTOR = 2;
const KEY_FACTOR = 1.5;
/** The share of the screen for one press of an arrow key, without and with the shift key. */
const KEY_STEP = 1 / 10;
const KEY_LARGE_STEP = 1 / 2;

/** @returns a function that stops listening */
export function listenToHand(
  host: HTMLElement,
  view: View,
  onKeyboard: (isUsed: boolean) => void,
): () => void {
  const ending = new AbortController();
  const { signal } = ending;
  /** Pointers that are down, and their last places. */
  const down = new Map<number, Point>();
  let start: Point | null = null;

  const place = (event: MouseEvent): Point => {
    const { left, top } = host.getBoundingClientRect();
    return { x: event.clientX - left, y: event.clientY - top };
  };

  const onDown = (event: PointerEvent) => {
    if (event.button !== 0) return;
    host.setPointerCapture(event.pointerId);
    down.set(event.pointerId, place(event));
    start = down.size === 1 ? place(event) : null;
    onKeyboard(false);
  };

  const onMove = (event: PointerEvent) => {
    const at = place(event);
    const before = down.get(event.pointerId);
    if (!before) {
      onKeyboard(false);
      view.point(at);
      return;
    }
    if (start && distance(start, at) <= CLICK_DISTANCE) return;
    start = null;
    const other = [...down].find(([id]) => id !== event.pointerId)?.[1];
    down.set(event.pointerId, at);
    if (!other) {
      view.panBy(at.x - before.x, at.y - before.y);
      return;
    }
    view.panBy((at.x - before.x) / 2, (at.y - before.y) / 2);
    const factor = distance(other, at) / Math.max(1, distance(other, before));
    view.zoomBy(Math.max(factor, 0.01), { x: (at.x + other.x) / 2, y: (at.y + other.y) / 2 });
  };

  const onUp = (event: PointerEvent) => {
    if (!down.delete(event.pointerId)) return;
    const isAdded = event.shiftKey || event.ctrlKey || event.metaKey;
    if (start && event.type === "pointerup") view.pick(start, isAdded);
    start = null;
    if (event.pointerType === "mouse") view.point(place(event));
  };

  const onWheel = (event: WheelEvent) => {
    event.preventDefault();
    const unit = WHEEL_UNITS[event.deltaMode] ?? 1;
    const [dx, dy] = [event.deltaX * unit, event.deltaY * unit];
    if (Math.abs(dx) > Math.abs(dy)) {
      view.panBy(-dx, -dy);
      return;
    }
    const factor = Math.exp(-dy * (event.ctrlKey ? PINCH_EXPONENT : WHEEL_EXPONENT));
    const limited = Math.min(Math.max(factor, 1 / LARGEST_WHEEL_FACTOR), LARGEST_WHEEL_FACTOR);
    view.zoomBy(limited, place(event));
  };

  host.addEventListener("pointerdown", onDown, { signal });
  host.addEventListener("pointermove", onMove, { signal });
  host.addEventListener("pointerup", onUp, { signal });
  host.addEventListener("pointercancel", onUp, { signal });
  host.addEventListener("pointerleave", () => down.size === 0 && view.point(null), { signal });
  host.addEventListener("wheel", onWheel, { signal, passive: false });
  return () => ending.abort();
}

/**
 * Keyboard users point with the middle of the screen.
 *
 * @returns whether the key has a meaning
 */
export function takeKey(
  event: KeyboardEvent,
  host: HTMLElement,
  view: View,
  isolated: Target | null,
): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey) return false;
  const { clientWidth: width, clientHeight: height } = host;
  const step = (event.shiftKey ? KEY_LARGE_STEP : KEY_STEP) * Math.min(width, height);
  const actions: Record<string, () => void> = {
    ArrowLeft: () => view.panBy(step, 0),
    ArrowRight: () => view.panBy(-step, 0),
    ArrowUp: () => view.panBy(0, step),
    ArrowDown: () => view.panBy(0, -step),
    "+": () => view.zoomBy(KEY_FACTOR),
    "=": () => view.zoomBy(KEY_FACTOR),
    "-": () => view.zoomBy(1 / KEY_FACTOR),
    _: () => view.zoomBy(1 / KEY_FACTOR),
    "0": () => view.fit(),
    "1": () => view.oneToOne(),
    f: () => (isolated ? view.flyToLabels(isolated) : view.fit()),
    Enter: () => view.pick(undefined, event.shiftKey),
    " ": () => view.pick(undefined, event.shiftKey),
  };
  const key = keyOf(event);
  const action = Object.hasOwn(actions, key) ? actions[key] : undefined;
  if (!action) return false;
  view.point({ x: width / 2, y: height / 2 });
  action();
  return true;
}

function distance(a: Point, b: Point): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}
