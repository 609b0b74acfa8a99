/** Buttons that zoom, and the present zoom: screen pixels for each pixel of the mask. */
import type { ComponentChildren } from "preact";
import type { View } from "./view.js";

const FACTOR = 1.5;

interface Props {
  readonly scale: number;
  /** The view exists by the time a button is pressed. */
  view(): View;
  /** More buttons. */
  readonly children?: ComponentChildren;
}

export function ZoomControls({ scale, view, children }: Props) {
  return (
    <fieldset class="zoom-controls" aria-label="Zoom">
      <Button name="Zoom out" keys="-" isStep onClick={() => view().zoomBy(1 / FACTOR)}>
        −
      </Button>
      <output aria-label="Zoom level" title="Screen pixels for each pixel of the mask">
        {formatZoom(scale)}
      </output>
      <Button name="Zoom in" keys="+" isStep onClick={() => view().zoomBy(FACTOR)}>
        +
      </Button>
      <Button name="Fit: the whole mask" keys="0" onClick={() => view().fit()}>
        Fit
      </Button>
      <Button name="1:1, one screen pixel for each pixel" keys="1" onClick={() => view().oneToOne()}>
        1:1
      </Button>
      {children}
    </fieldset>
  );
}

interface ButtonProps {
  readonly name: string;
  readonly keys: string;
  readonly children: string;
  /** On a touch screen, fingers do it. */
  readonly isStep?: boolean;
  onClick(): void;
}

function Button({ name, keys, children, isStep = false, onClick }: ButtonProps) {
  return (
    <button
      type="button"
      class={isStep ? "button zoom-step" : "button"}
      aria-label={name}
      title={`${name} (${keys})`}
      onClick={onClick}
    >
      {children}
    </button>
  );
}

/** Three digits at least where they matter: 0.42 %, 8.3 %, 67 %, 1,200 %. */
function formatZoom(scale: number): string {
  const percent = scale * 100;
  const digits = percent < 1 ? 2 : percent < 10 ? 1 : 0;
  return `${percent.toLocaleString("en", { maximumFractionDigits: digits })} %`;
}
