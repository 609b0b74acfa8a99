/** Saves or copies what the stage shows, as a picture of any size. */
import { signal } from "@preact/signals";
import { isLegendShown } from "../display.js";
import { formatCount } from "../format.js";
import { copyPicture, isTooLarge, pictureSize, savePicture } from "../save-picture.js";
import type { OpenMask } from "../state.js";
import { stageTools } from "../tools/tools-state.js";
import { Checkbox } from "./checkbox.js";

/** Pixels of the picture for each pixel of the mask. */
const scale = signal(1);
/** Whether the legend, if it is on the image, is saved with it. */
const isLegendSaved = signal(true);

export function Picture({ mask }: { mask: OpenMask }) {
  const size = pictureSize(mask, scale.value);
  const hasLegend = isLegendShown.value && stageTools.value !== null;
  const options = { scale: scale.value, hasLegend: hasLegend && isLegendSaved.value };
  const canBeMade = scale.value > 0 && !isTooLarge(size);
  return (
    <section>
      <h2>Picture of what is shown</h2>
      <p class="quiet">
        The whole mask as a PNG with its present colours, hidden labels and photo. To look at, not to train
        with.
      </p>
      {hasLegend && <Checkbox isChecked={isLegendSaved}>With the legend, right of the mask</Checkbox>}
      <div class="picture-actions">
        <label>
          Scale{" "}
          <input
            type="number"
            min="0.05"
            max="64"
            step="any"
            value={scale.value}
            onInput={({ currentTarget }) => {
              scale.value = currentTarget.valueAsNumber || 0;
            }}
          />
        </label>
        <button type="button" class="button" disabled={!canBeMade} onClick={() => savePicture(mask, options)}>
          Save picture
        </button>
        <button type="button" class="button" disabled={!canBeMade} onClick={() => copyPicture(mask, options)}>
          Copy picture
        </button>
        <p class="quiet">
          {canBeMade
            ? `${formatCount(size.width)} × ${formatCount(size.height)} pixels${options.hasLegend ? ", and the legend beside them" : ""}`
            : "Browsers cannot make a picture of this size."}
        </p>
      </div>
    </section>
  );
}
