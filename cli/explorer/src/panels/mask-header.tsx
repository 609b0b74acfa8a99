/** The name and size of the mask, and how it is drawn. */
import { coloringOf } from "../coloring.js";
import { isUnsaved } from "../edit/edit-state.js";
import { counted } from "../format.js";
import { type OpenMask, usedLabels } from "../state.js";
import { ColorBy } from "./color-by.js";
import { DisplayButton, DisplayChoices } from "./display-choices.js";

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
        <DisplayButton />
      </div>
      <p class="quiet">
        {width} × {height} · {counted(used.length, "label")} with pixels ·{" "}
        {decoded.kind === "labels" ? counted(classes.size, "class", "classes") : "no result"}
        {decoded.encoding !== "colors" && ` · read as ${decoded.encoding}`}
      </p>
      <DisplayChoices hasPhoto={photo !== null} />
    </div>
  );
}
