/** The canvas with a map on it, to be looked at with hand and keys. It knows nothing of what the values mean. */
import { useEffect, useId, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Target } from "./fit-labels.js";
import { listenToHand, takeKey } from "./gestures.js";
import type { RendererName } from "./make-renderer.js";
import type { LabelImage } from "./renderer.js";
import "./stage.css";
import { type Look, View, type ViewEvents } from "./view.js";

export interface StageProps extends ViewEvents, Look {
  /** What is on the image, for who does not see it. */
  readonly label: string;
  /** What is under the pointer, read out to who points by keys. */
  readonly told: string;
  readonly image: LabelImage | null;
  /** R, G, B, A for each value; another array when it has changed. */
  readonly palette: Uint8Array;
  readonly photo: ImageBitmap | null;
  /** Shown as large as is of use, once. */
  readonly flyTo: Target | null;
  /** `flyTo` is flown to, and is not to be given again to the next stage. */
  onFlight(): void;
  /** What the key f shows. */
  readonly isolated: Target | null;
  /** For tests and comparisons; else what is fastest here. */
  readonly renderer?: RendererName | undefined;
}

const HELP =
  "Arrow keys move, with shift farther; plus and minus zoom; 0 shows all; 1 shows each pixel as one; F shows what is isolated; Enter picks the label in the middle.";

export function Stage(props: StageProps) {
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<View | null>(null);
  // Handlers are called long after they were passed: always the newest.
  const newest = useRef(props);
  newest.current = props;
  const [isKeyboardUsed, setKeyboardUsed] = useState(false);
  const helpId = useId();

  useLayoutEffect(() => {
    const element = host.current!;
    const made = new View(
      element,
      {
        onPoint: (x, y, label) => newest.current.onPoint(x, y, label),
        onPick: (label) => newest.current.onPick(label),
        onFrame: (milliseconds, isAtRest) => newest.current.onFrame(milliseconds, isAtRest),
        onUploaded: (milliseconds) => newest.current.onUploaded(milliseconds),
        onRenderer: (name) => newest.current.onRenderer?.(name),
      },
      newest.current.renderer,
    );
    view.current = made;
    const endListening = listenToHand(element, made, setKeyboardUsed);
    const endObserving = observeSize(element, (width, height) => made.resize(width, height));
    return () => {
      endListening();
      endObserving();
      made.dispose();
      newest.current.onPoint(-1, -1, -1);
    };
  }, []);

  const { image, palette, photo, opacity, outlined, background, flyTo } = props;
  const [red, green, blue] = background;
  useEffect(() => view.current!.setPalette(palette), [palette]);
  useEffect(() => view.current!.setImage(image), [image]);
  useEffect(() => view.current!.setPhoto(photo), [photo]);
  useEffect(
    () => view.current!.setLook({ opacity, outlined, background: [red, green, blue] }),
    [opacity, outlined, red, green, blue],
  );
  useEffect(() => {
    if (flyTo === null) return;
    view.current!.flyToLabels(flyTo);
    newest.current.onFlight();
  }, [flyTo]);

  const onKeyDown = (event: KeyboardEvent) => {
    if (!takeKey(event, host.current!, view.current!, props.isolated)) return;
    event.preventDefault();
    setKeyboardUsed(true);
  };

  return (
    <div
      ref={host}
      class="stage"
      role="application"
      aria-label={props.label}
      aria-describedby={helpId}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: an application takes keys.
      tabIndex={0}
      onKeyDown={onKeyDown}
    >
      <p id={helpId} class="stage-help">
        {HELP}
      </p>
      <p class="stage-help" aria-live="polite">
        {isKeyboardUsed ? props.told : ""}
      </p>
      {isKeyboardUsed && <span class="stage-middle" />}
    </div>
  );
}

/** Tells an element's size in the screen's own pixels, now and whenever it or the page's zoom changes. */
function observeSize(element: HTMLElement, onSize: (width: number, height: number) => void): () => void {
  const observer = new ResizeObserver(([entry]) => {
    const exact = entry!.devicePixelContentBoxSize?.[0];
    const { width, height } = entry!.contentRect;
    onSize(
      exact?.inlineSize ?? Math.round(width * devicePixelRatio),
      exact?.blockSize ?? Math.round(height * devicePixelRatio),
    );
  });
  try {
    observer.observe(element, { box: "device-pixel-content-box" });
  } catch {
    // Safari has not this box.
    observer.observe(element);
  }
  return () => observer.disconnect();
}
