/** How the mask is drawn. The share of the mask over its photo is always there; the rest is behind a button. */
import { type Signal, signal } from "@preact/signals";
import {
  BRIGHTNESS,
  isLegendShown,
  isOutlineOnly,
  OUTLINE_WIDTHS,
  opacity,
  outlineWidth,
  photoBrightness,
} from "../display.js";
import { Checkbox } from "./checkbox.js";
import "./display-choices.css";

const CHOICES = "display-choices";
const areShown = signal(false);

export function DisplayButton() {
  return (
    <button
      type="button"
      class="button icon"
      aria-label="Display"
      title="Legend, outlines and brightness"
      aria-expanded={areShown.value}
      aria-controls={CHOICES}
      onClick={() => {
        areShown.value = !areShown.value;
      }}
    >
      ◐
    </button>
  );
}

export function DisplayChoices({ hasPhoto }: { readonly hasPhoto: boolean }) {
  return (
    <>
      {hasPhoto && <Slider name="Mask over photo" value={opacity} least={0} most={1} step={0.05} unit="%" />}
      <div id={CHOICES} hidden={!areShown.value}>
        {hasPhoto && (
          <Slider
            name="Photo brightness"
            value={photoBrightness}
            least={BRIGHTNESS.least}
            most={BRIGHTNESS.most}
            step={0.1}
            unit="%"
          />
        )}
        <div class="outline-choices">
          <Checkbox isChecked={isLegendShown}>Legend on the image</Checkbox>
          <Checkbox isChecked={isOutlineOnly}>Outlines only</Checkbox>
          <Slider
            name="Outline width"
            value={outlineWidth}
            least={OUTLINE_WIDTHS.least}
            most={OUTLINE_WIDTHS.most}
            step={1}
            unit="px"
          />
        </div>
      </div>
    </>
  );
}

interface SliderProps {
  readonly name: string;
  readonly value: Signal<number>;
  readonly least: number;
  readonly most: number;
  readonly step: number;
  readonly unit: "%" | "px";
}

function Slider({ name, value, least, most, step, unit }: SliderProps) {
  return (
    <label class="opacity">
      <span>{name}</span>
      <input
        type="range"
        min={least}
        max={most}
        step={step}
        value={value.value}
        onInput={({ currentTarget }) => {
          value.value = currentTarget.valueAsNumber;
        }}
      />
      <output>
        {unit === "%" ? Math.round(value.value * 100) : value.value} {unit}
      </output>
    </label>
  );
}
