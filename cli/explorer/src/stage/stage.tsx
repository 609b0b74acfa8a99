/** The canvas that shows a map, controlled by pointer and keys. It does not know what the values mean. */

import type { ComponentChildren } from "preact";
import { useEffect, useId, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Camera, Size } from "./camera.js";
import type { Target } from "./fit-labels.js";
import { listenToHand, takeKey } from "./gestures.js";
import type { LabelImage } from "./label-image.js";
import type { RendererName } from "./make-renderer.js";
import { isZoomedIn, Minimap } from "./minimap.js";
import { areValuesReadable, PixelValues } from "./pixel-values.js";
import "./stage.css";
import { type Look, View, type ViewEvents } from "./view.js";
import { ZoomControls } from "./zoom-controls.js";

/** The image, and the part of it that the stage shows. */
export interface ShownPart {
  readonly image: LabelImage;
  readonly palette: Uint8Array;
  readonly camera: Camera;
  /** In device pixels, like the camera. */
  readonly screen: Size;
  readonly pixelRatio: number;
}

export interface StageProps
  extends Omit<ViewEvents, "onCamera">,
    Omit<Look, "edgeWidth" | "brightness">,
    Partial<Pick<Look, "edgeWidth" | "brightness">> {
  /** Describes the image for users who do not see it. */
  readonly label: string;
  /** Describes what is under the pointer. It is read out to keyboard users. */
  readonly description: string;
  readonly image: LabelImage | null;
  /** R, G, B, A for each value. A changed palette is a new array. */
  readonly palette: Uint8Array;
  readonly photo: ImageBitmap | null;
  /** Where to fly to, once. */
  readonly flyTo: Target | null;
  /** The flight to `flyTo` has begun. Do not pass it to the next stage again. */
  onFlight(): void;
  /** What to show at once, without a flight; its scale is in CSS pixels. */
  readonly showAt?: Camera | null;
  /** `showAt` is shown. */
  onShownAt?(): void;
  /** What the F key flies to. */
  readonly isolated: Target | null;
  /** What part is shown, with the scale in CSS pixels; `null` for the whole image. */
  onCamera?(camera: Camera | null): void;
  /** What is written on the pixels of a value, line by line, if there is room. Without it, nothing is. */
  textOf?(value: number): readonly string[];
  /** Draws more over the image. */
  over?(shown: ShownPart): ComponentChildren;
  /** Whether a place beside the image stands for the nearest pixel of the image. */
  readonly clampsPoints?: boolean;
  /** Buttons beside those that zoom. */
  readonly buttons?: ComponentChildren;
  /** For tests and comparisons. The default is the fastest here. */
  readonly renderer?: RendererName | undefined;
}

const HELP =
  "Arrow keys move the image, with Shift in larger steps. Plus and minus zoom. 0 shows the whole image. 1 shows each of its pixels as one screen pixel. F flies to what is isolated. Enter isolates the label in the middle, and with Shift adds it. M measures: then Enter takes the pixel in the middle. Question mark lists all keys.";

export function Stage(props: StageProps) {
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<View | null>(null);
  // Handlers are called long after they were passed, so this keeps the newest ones.
  const newest = useRef(props);
  newest.current = props;
  const [isKeyboardUsed, setKeyboardUsed] = useState(false);
  const [camera, setCamera] = useState<Camera | null>(null);
  const helpId = useId();

  useLayoutEffect(() => {
    const element = host.current!;
    const made = new View(
      element,
      {
        onPoint: (x, y, label) => newest.current.onPoint(x, y, label),
        onPick: (...pixel) => newest.current.onPick(...pixel),
        onCamera: (camera, isWhole) => {
          setCamera(camera);
          newest.current.onCamera?.(isWhole ? null : inCssPixels(camera));
        },
        onFrame: (milliseconds, isAtRest) => newest.current.onFrame(milliseconds, isAtRest),
        onUploaded: (milliseconds) => newest.current.onUploaded(milliseconds),
        onRenderer: (...drawn) => newest.current.onRenderer?.(...drawn),
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

  const { image, palette, photo, opacity, outlined, background, flyTo, showAt = null } = props;
  const { edgeWidth = 0, brightness = 1, textOf } = props;
  const [red, green, blue] = background;
  useEffect(() => view.current!.setPalette(palette), [palette]);
  useEffect(() => view.current!.setImage(image), [image]);
  useEffect(() => view.current!.setPhoto(photo), [photo]);
  useEffect(
    () => view.current!.setLook({ opacity, outlined, edgeWidth, brightness, background: [red, green, blue] }),
    [opacity, outlined, edgeWidth, brightness, red, green, blue],
  );
  useEffect(() => {
    if (flyTo === null) return;
    view.current!.flyToLabels(flyTo);
    newest.current.onFlight();
  }, [flyTo]);

  useEffect(() => {
    if (showAt === null || image === null) return;
    view.current!.show({ ...showAt, scale: showAt.scale * devicePixelRatio });
    newest.current.onShownAt?.();
  }, [showAt, image]);

  const { clampsPoints = false } = props;
  useLayoutEffect(() => {
    view.current!.clampsPoints = clampsPoints;
  }, [clampsPoints]);

  const shown: ShownPart | null =
    image === null || camera === null ? null : { image, palette, camera, ...view.current!.screenSize() };

  const onKeyDown = (event: KeyboardEvent) => {
    if (!takeKey(event, host.current!, view.current!, props.isolated)) return;
    event.preventDefault();
    setKeyboardUsed(true);
  };

  const leave = useRef(() => {});
  leave.current = () => {
    // Nothing points at the image any more.
    if (!isKeyboardUsed) return;
    setKeyboardUsed(false);
    view.current!.point(null);
  };
  useEffect(() => {
    // The strip beside the image describes what keys point at, and has buttons that copy it.
    const area = host.current!.parentElement!;
    const onFocusOut = ({ relatedTarget }: FocusEvent) => {
      if (!area.contains(relatedTarget as Node | null)) leave.current();
    };
    area.addEventListener("focusout", onFocusOut);
    return () => area.removeEventListener("focusout", onFocusOut);
  }, []);

  return (
    <>
      <div
        ref={host}
        class="stage"
        role="application"
        aria-label={props.label}
        aria-describedby={helpId}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: an application takes keyboard input.
        tabIndex={0}
        onKeyDown={onKeyDown}
      >
        <p id={helpId} class="stage-help">
          {HELP}
        </p>
        <p class="stage-help" aria-live="polite">
          {isKeyboardUsed ? props.description : ""}
        </p>
        {isKeyboardUsed && <span class="stage-middle" />}
        {shown !== null && textOf !== undefined && areValuesReadable(shown) && (
          <PixelValues {...shown} textOf={textOf} />
        )}
        {shown !== null && props.over?.(shown)}
        {shown !== null && isZoomedIn(shown) && (
          <Minimap
            {...shown}
            onMove={(point) => view.current!.centerOn(point)}
            onEnter={() => view.current!.point(null)}
          />
        )}
      </div>
      {image !== null && (
        <ZoomControls scale={camera?.scale ?? 0} view={() => view.current!}>
          {props.buttons}
        </ZoomControls>
      )}
    </>
  );
}

function inCssPixels({ scale, x, y }: Camera): Camera {
  return { scale: scale / devicePixelRatio, x, y };
}

/** Reports an element's size in device pixels, now and whenever the size or the page's zoom changes. */
export function observeSize(
  element: HTMLElement,
  onSize: (width: number, height: number) => void,
): () => void {
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
    // Safari does not support this box.
    observer.observe(element);
  }
  return () => observer.disconnect();
}
