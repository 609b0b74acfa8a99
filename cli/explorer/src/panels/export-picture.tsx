/** Saves or copies what the stage shows, as a picture of any size. */
import { signal } from "@preact/signals";
import { formatCount } from "../format.js";
import { copyPicture, isTooLarge, pictureSize, savePicture } from "../save-picture.js";
import type { OpenMask } from "../state.js";

/** Pixels of the picture for each pixel of the mask. */
const scale = signal(1);

export function Picture({ mask }: { mask: OpenMask }) {
  const size = pictureSize(mask, scale.value);
  const canBeMade = scale.value > 0 && !isTooLarge(size);
  return (
    <section>
      <h2>Picture of what is shown</h2>
      <p class="quiet">
        The whole mask as a PNG with its present colours, hidden labels and photo. To look at, not to train
        with.
      </p>
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
        <button
          type="button"
          class="button"
          disabled={!canBeMade}
          onClick={() => savePicture(mask, scale.value)}
        >
          Save picture
        </button>
        <button
          type="button"
          class="button"
          disabled={!canBeMade}
          onClick={() => copyPicture(mask, scale.value)}
        >
          Copy picture
        </button>
        <p class="quiet">
          {canBeMade
            ? `${formatCount(size.width)} × ${formatCount(size.height)} pixels`
            : "Browsers cannot make a picture of this size."}
        </p>
      </div>
    </section>
  );
}
