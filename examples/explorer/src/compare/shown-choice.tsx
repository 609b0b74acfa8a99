/** What the stage shows of the two masks, and what its colours mean. */
import { DIFFERENT, NOT_IN_REFERENCE } from "./cell-palette.js";
import { comparison, type Shown, shown } from "./compare-state.js";

const CHOICES: readonly { readonly shown: Shown; readonly title: string }[] = [
  { shown: "difference", title: "Difference" },
  { shown: "reference", title: "Reference" },
  { shown: "other", title: "Other" },
];

export function ShownChoice() {
  const { cells, classes } = comparison.value!;
  const hasVoid = cells.some(({ row }) => row === classes.length);
  return (
    <div class="shown-choice">
      <fieldset class="segments">
        <legend class="visually-hidden">Shown on the stage</legend>
        {CHOICES.map(({ shown: name, title }) => (
          <label key={name}>
            <input
              type="radio"
              name="shown"
              class="visually-hidden"
              checked={shown.value === name}
              onChange={() => {
                shown.value = name;
              }}
            />
            {title}
          </label>
        ))}
      </fieldset>
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
    </div>
  );
}
