/** The name and size of the mask, and how opaque it is over the photo. */
import { coloringOf } from "../coloring.js";
import { isUnsaved } from "../edit/edit-state.js";
import { counted } from "../format.js";
import { type OpenMask, opacity, usedLabels } from "../state.js";
import { ColorBy } from "./color-by.js";

export function MaskHeader({ mask: { pair, decoded, photo } }: { mask: OpenMask }) {
  const { width, height, labels } = decoded;
  const used = usedLabels(labels);
  const classes = new Set(used.map(({ className }) => className));
  return (
    <div class="mask-header">
      <div class="mask-title">
        <h1 title={pair.name}>
          <bdi>{pair.name}</bdi>
        </h1>
        {isUnsaved.value && (
          <span class="badge" title="The legend has edits that are not saved">
            edited
          </span>
        )}
        <ColorBy shown={coloringOf(decoded)} />
      </div>
      <p class="quiet">
        {width} × {height} · {counted(used.length, "label")} with pixels ·{" "}
        {decoded.kind === "labels" ? counted(classes.size, "class", "classes") : "no result"}
        {decoded.encoding !== "colors" && ` · read as ${decoded.encoding}`}
      </p>
      {photo !== null && (
        <label class="opacity">
          <span>Mask over photo</span>
          <input
            type="range"
            min="0"
            max="1"
            step="0.05"
            value={opacity.value}
            onInput={({ currentTarget }) => {
              opacity.value = Number(currentTarget.value);
            }}
          />
          <output>{Math.round(opacity.value * 100)} %</output>
        </label>
      )}
    </div>
  );
}
