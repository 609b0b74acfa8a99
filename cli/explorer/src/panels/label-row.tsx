/** The row of a label, and what the row of a class shares with it. */
import { shownName } from "../carried-labels.js";
import type { ShownLabel } from "../decoding/protocol.js";
import { formatCount, formatShare, nameInText } from "../format.js";
import { find, hidden, isolated, opened, shownLabels, toggleHidden } from "../state.js";
import type { RowState } from "./label-table.js";

export function idOfLabel({ index }: ShownLabel): string {
  return `label-${index}`;
}

interface LabelRowProps {
  readonly label: ShownLabel;
  readonly state: RowState;
}

export function LabelRow({ label, state: { place, isActive, isAway } }: LabelRowProps) {
  const { index, classId, instanceNumber, isUnknown, pixelCount, name } = label;
  const shown = shownName(label);
  const { width, height } = opened.value!.decoded;
  const isHidden = hidden.value.has(index);
  // `is-struck` is on the texts themselves. From a class of the row or the cell, Chromium keeps the old style of a name if
  // its row moves and is shown at once.
  return (
    <tr
      id={idOfLabel(label)}
      class={`${isAway ? "visually-hidden " : ""}${isActive ? "is-active" : ""} ${isHidden ? "is-hidden" : ""}`}
      data-place={place}
      aria-rowindex={place + 2}
      aria-selected={isolated.value.has(index)}
      title={nameInText(name)}
    >
      <td class="cell-shown">
        <label class="tick">
          <input
            type="checkbox"
            tabIndex={-1}
            aria-label={`Show ${name}`}
            checked={!isHidden}
            onChange={() => toggleHidden(index)}
          />
        </label>
      </td>
      <td class="cell-name">
        <span class="swatch" style={{ backgroundColor: shownLabels.value[index]!.color }} />
        {typeof classId === "number" && String(classId) !== shown && <span class="class-id">{classId}</span>}
        <bdi class={isHidden ? "name is-struck" : "name"}>{shown}</bdi>
        {isUnknown && <span class="badge">not in legend</span>}
      </td>
      <td class="cell-instance">{instanceNumber === 0 ? "" : instanceNumber}</td>
      <td class={isHidden ? "cell-pixels is-struck" : "cell-pixels"}>{formatCount(pixelCount)}</td>
      <td class="cell-share">{formatShare(pixelCount, width * height)}</td>
      <td class="cell-find">{pixelCount > 0 && <FindButton name={name} onClick={() => find(index)} />}</td>
    </tr>
  );
}

export function FindButton({ name, onClick }: { readonly name: string; onClick(): void }) {
  return (
    <button type="button" tabIndex={-1} aria-label={`Find ${name}`} onClick={onClick}>
      <svg viewBox="0 0 16 16" aria-hidden="true">
        <circle cx="8" cy="8" r="4.5" />
        <path d="M8 0v5M8 11v5M0 8h5M11 8h5" />
      </svg>
    </button>
  );
}
