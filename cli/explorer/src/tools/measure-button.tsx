/** Begins and ends measuring. */
import { measuring, toggleMeasuring } from "./tools-state.js";

export function MeasureButton() {
  return (
    <button
      type="button"
      class="button measure-button"
      aria-label="Measure"
      title="Measure a distance (M) or a box (Shift M)"
      aria-pressed={measuring.value !== null}
      onClick={() => toggleMeasuring(measuring.value ?? "distance")}
    >
      <svg viewBox="0 0 16 16" aria-hidden="true">
        <path d="M1 5h14v6H1zM4 5v3M7 5v2M10 5v3M13 5v2" />
      </svg>
    </button>
  );
}
