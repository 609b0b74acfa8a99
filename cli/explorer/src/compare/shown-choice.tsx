/** What the stage shows of the two masks, and what its colours mean. */
import { type Segment, Segments } from "../segments.js";
import { Blink } from "./blink.js";
import { DIFFERENT, NOT_IN_REFERENCE } from "./cell-palette.js";
import { comparison, type Shown, shown } from "./compare-state.js";

const CHOICES: readonly Segment<Shown>[] = [
  { value: "difference", title: "Difference" },
  { value: "reference", title: "Reference" },
  { value: "other", title: "Other" },
  { value: "swipe", title: "Swipe" },
  { value: "blink", title: "Blink" },
];

export function ShownChoice() {
  const { cells, classes } = comparison.value!;
  const hasVoid = cells.some(({ row }) => row === classes.length);
  return (
    <div class="shown-choice">
      <Segments
        legend="Shown on the stage"
        choices={CHOICES}
        chosen={shown.value}
        onChoose={(value) => {
          shown.value = value;
        }}
      />
      {shown.value === "difference" && (
        <ul class="key">
          <li>
            <span class="swatch swatch-same" /> same, dimmed
          </li>
          <li>
            <span class="swatch" style={{ backgroundColor: DIFFERENT }} /> different
          </li>
          {hasVoid && (
            <li>
              <span class="swatch" style={{ backgroundColor: NOT_IN_REFERENCE }} /> none in the reference
            </li>
          )}
        </ul>
      )}
      {shown.value === "blink" && <Blink />}
    </div>
  );
}
