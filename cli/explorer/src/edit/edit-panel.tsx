/** The editor of the legend: names and colours of the isolated labels, suggestions for unknown colours, undo, save. */
import { useSignal } from "@preact/signals";
import type { ShownLabel } from "../decoding/protocol.js";
import { counted, nameInText } from "../format.js";
import { isolated, labels, type OpenMask, shownLabels } from "../state.js";
import {
  editDocument,
  editedDocument,
  isEditable,
  isInLegend,
  knownNames,
  redo,
  redoTitle,
  undo,
  undoTitle,
} from "./edit-state.js";
import { isOfIds, labelKey } from "./label-key.js";
import { setColor, setNames } from "./legend-document.js";
import { saveLegend } from "./save-legend.js";
import { setOwnColorShown } from "./shown-color.js";
import { keepFocus, NAME_FIELD, UNDO_BUTTON } from "./start-editing.js";
import { Suggestions } from "./suggestion-list.js";
import "./edit.css";

export function EditPanel({ mask }: { mask: OpenMask }) {
  if (!isEditable(mask)) {
    return (
      <p class="quiet">
        Each number of this mask is a class and an object in one. Only the legends of masks of colours, and of
        plain ids, can be edited.
      </p>
    );
  }
  const chosen = labels.value.filter(({ index }) => isolated.value.has(index));
  return (
    <>
      <div class="edit-tools">
        <button
          id={UNDO_BUTTON}
          type="button"
          class="button"
          disabled={undoTitle.value == null}
          onClick={() => undo().then(() => keepFocus())}
        >
          Undo
        </button>
        <button
          type="button"
          class="button"
          disabled={redoTitle.value == null}
          title={redoTitle.value ?? ""}
          onClick={() => redo().then(() => keepFocus())}
        >
          Redo
        </button>
        <span class="quiet last-edit">{undoTitle.value}</span>
      </div>
      {chosen.length === 0 ? (
        <p class="quiet">
          Isolate a label to edit it: click or tap it on the image, or in the list of labels. To merge labels,
          isolate several.
        </p>
      ) : (
        <LabelEditor key={chosen.map((label) => labelKey(label) + label.name).join()} chosen={chosen} />
      )}
      {!isOfIds() && <Suggestions mask={mask} />}
      <section>
        <h2>Save the legend</h2>
        <div class="edit-tools">
          <button
            type="button"
            class="button"
            disabled={editedDocument.value === null}
            onClick={() => saveLegend("result")}
          >
            {isOfIds() ? "Legend of ids" : "Result"} · .json
          </button>
          {!isOfIds() && (
            <button
              type="button"
              class="button"
              disabled={editedDocument.value === null}
              onClick={() => saveLegend("labelmap.txt")}
            >
              labelmap.txt
            </button>
          )}
        </div>
        <p class="quiet">
          {editedDocument.value === null
            ? "There is nothing to save yet. Your files stay as they are."
            : "Your files stay as they are. Put the saved one in the place of the old one, or drop it on the page."}
        </p>
      </section>
    </>
  );
}

/** So many are offered while a name is typed. */
const MOST_NAMES = 500;
/** So many of the chosen labels are listed. */
const MOST_LISTED = 6;

function LabelEditor({ chosen }: { readonly chosen: readonly ShownLabel[] }) {
  const known = chosen.filter(isInLegend);
  const name = useSignal(known[0]?.name ?? "");
  const given = name.value.trim();
  const names = new Map(chosen.map((label) => [labelKey(label), given]));
  const isSame = known.length === chosen.length && known.every((label) => label.name === given);
  const [only] = chosen.length === 1 ? chosen : [];
  return (
    <section>
      <ul class="edit-chosen">
        {chosen.slice(0, MOST_LISTED).map((label) => (
          <li key={label.index}>
            <span class="swatch" style={{ backgroundColor: shownLabels.value[label.index]!.color }} />{" "}
            {isInLegend(label) && <bdi>{label.name}</bdi>} <code>{labelKey(label)}</code>{" "}
            {label.isUnknown && <span class="badge">not in legend</span>}
          </li>
        ))}
        {chosen.length > MOST_LISTED && <li class="quiet">… and {chosen.length - MOST_LISTED} more</li>}
      </ul>
      <form
        class="edit-form"
        onSubmit={(event) => {
          event.preventDefault();
          if (given !== "" && !isSame) {
            const { title } = actionOf(chosen, given);
            editDocument(title, (document) => setNames(document, names)).then(() => keepFocus());
          }
        }}
      >
        <label for={NAME_FIELD}>Name</label>
        <input
          id={NAME_FIELD}
          type="text"
          list="edit-names"
          autocomplete="off"
          placeholder="car or car # 1"
          value={name.value}
          onInput={({ currentTarget }) => {
            name.value = currentTarget.value;
          }}
        />
        <datalist id="edit-names">
          {knownNames.value.slice(0, MOST_NAMES).map((known) => (
            <option key={known} value={known} />
          ))}
        </datalist>
        <button type="submit" class="button primary" disabled={given === "" || isSame}>
          {actionOf(chosen, given).button}
        </button>
      </form>
      {only !== undefined && isInLegend(only) && <Colors key={only.color} label={only} />}
    </section>
  );
}

/** What giving the labels this name means. */
function actionOf(
  chosen: readonly ShownLabel[],
  given: string,
): { readonly button: string; readonly title: string } {
  const isTaken = labels.value.some(
    (label) => isInLegend(label) && label.name === given && !chosen.includes(label),
  );
  const to = nameInText(given);
  if (chosen.length > 1) {
    const count = counted(chosen.length, "label");
    return { button: `Merge ${count}`, title: `Merge ${count} as ${to}` };
  }
  const [only] = chosen;
  const { name } = only!;
  if (!isInLegend(only!)) {
    const button = isTaken ? "Add to this label" : "Add to legend";
    return { button, title: `Name ${labelKey(only!)}: ${to}` };
  }
  return isTaken
    ? { button: "Merge", title: `Merge ${nameInText(name)} with ${to}` }
    : { button: "Rename", title: `Rename ${nameInText(name)} to ${to}` };
}

const COLOR = /^#?([0-9a-f]{6})$/i;

/** How a label is shown, and the colour that the legend has for it, which is hardly ever wrong. */
function Colors({ label }: { readonly label: ShownLabel }) {
  const { color, className, name } = label;
  const text = useSignal(color);
  const corrected = `#${COLOR.exec(text.value.trim())?.[1]?.toLowerCase() ?? ""}`;
  const other = labels.value.find(
    (known) => isInLegend(known) && known.color === corrected && known !== label,
  );
  return (
    <>
      <label class="edit-form">
        <span>Shown as</span>
        <input
          type="color"
          aria-label={`Colour in which ${className} is shown`}
          value={shownLabels.value[label.index]!.color}
          onChange={({ currentTarget }) => setOwnColorShown(className, currentTarget.value)}
        />
        <small>
          the colour of the class <bdi>{className}</bdi> on this page, not in the mask
        </small>
      </label>
      <details hidden={isOfIds()}>
        <summary>The legend has the wrong colour</summary>
        <form
          class="edit-form"
          onSubmit={(event) => {
            event.preventDefault();
            if (corrected.length < 7 || corrected === color || other !== undefined) return;
            const title = `Correct ${nameInText(name)} from ${color} to ${corrected}`;
            editDocument(title, (document) => setColor(document, color, corrected)).then(() => keepFocus());
          }}
        >
          <label for="edit-color">In the mask</label>
          <input
            id="edit-color"
            type="text"
            autocomplete="off"
            spellcheck={false}
            aria-describedby="edit-color-help"
            value={text.value}
            onInput={({ currentTarget }) => {
              text.value = currentTarget.value;
            }}
          />
          <button
            type="submit"
            class="button"
            disabled={corrected.length < 7 || corrected === color || other !== undefined}
          >
            Correct
          </button>
          <small id="edit-color-help">
            {other === undefined
              ? "The pixels of the mask do not change. Those of the colour that the legend has now will have no label."
              : `${corrected} is the colour of ${nameInText(other.name)}. Isolate both labels to merge them.`}
          </small>
        </form>
      </details>
    </>
  );
}
