/** The labels grouped by class: one row for each class, which opens to its labels. */
import { signal } from "@preact/signals";
import { useRef } from "preact/hooks";
import { classColorOf, setOwnColor } from "../coloring.js";
import { formatCount, formatShare, nameInText } from "../format.js";
import { find, isolate, opened, shownLabels, toggleHidden } from "../state.js";
import {
  type ClassGroup,
  expanded,
  findClass,
  type GroupedRow,
  groupedRows,
  hiddenOf,
  isClassIsolated,
  isolateClass,
  setExpanded,
  toggleClassHidden,
} from "./class-groups.js";
import { FindButton, idOfLabel, LabelRow } from "./label-row.js";
import { LabelTable, type RowState } from "./label-table.js";
import "./class-grid.css";

/** Place of the row that keys act on. */
const active = signal(0);

export function ClassGrid() {
  const rows = groupedRows.value;
  const scroller = useRef<HTMLDivElement>(null);
  const place = Math.min(active.value, rows.length - 1);
  const setActive = (next: number) => {
    active.value = next;
  };
  const onRowClick = (clicked: number, event: MouseEvent) => {
    setActive(clicked);
    const isAdded = event.shiftKey || event.ctrlKey || event.metaKey;
    const chosen = rows[clicked]!;
    if (chosen.kind === "class") isolateClass(chosen.group, isAdded);
    else isolate(chosen.label.index, isAdded);
  };
  const actionsOf = ({ shiftKey }: KeyboardEvent, goTo: (place: number) => void) => {
    const row = rows[place]!;
    const { group } = row;
    const isClass = row.kind === "class";
    return {
      ArrowRight: () => setExpanded(group.className, true),
      ArrowLeft: () => {
        setExpanded(group.className, false);
        goTo(rows.findIndex((other) => other.group === group));
      },
      Enter: () => (isClass ? isolateClass(group, shiftKey) : isolate(row.label.index, shiftKey)),
      " ": () => (isClass ? toggleClassHidden(group) : toggleHidden(row.label.index)),
      f: () => (isClass ? findClass(group) : find(row.label.index)),
    };
  };
  return (
    <LabelTable
      role="treegrid"
      label="Labels by class"
      class="label-grid class-grid"
      nameTitle="Class"
      scroller={scroller}
      count={rows.length}
      active={place}
      setActive={setActive}
      idOf={(of) => idOf(rows[of]!)}
      showRow={(state) => {
        const row = rows[state.place]!;
        return row.kind === "class" ? (
          <ClassRow key={idOf(row)} group={row.group} state={state} />
        ) : (
          <LabelRow key={idOf(row)} label={row.label} state={state} />
        );
      }}
      actionsOf={actionsOf}
      onRowClick={onRowClick}
    />
  );
}

function idOf(row: GroupedRow): string {
  return row.kind === "label" ? idOfLabel(row.label) : `class-of-${row.group.labels[0]!.index}`;
}

interface ClassRowProps {
  readonly group: ClassGroup;
  readonly state: RowState;
}

function ClassRow({ group, state: { place, isActive, isAway } }: ClassRowProps) {
  const { className, labels, pixels } = group;
  const { width, height } = opened.value!.decoded;
  const isOpen = expanded.value.has(className);
  const hiddenPart = hiddenOf(group);
  const classes = ["class-row", isAway && "visually-hidden", isActive && "is-active"];
  return (
    <tr
      id={idOf({ kind: "class", group })}
      class={classes.filter(Boolean).join(" ")}
      data-place={place}
      aria-rowindex={place + 2}
      aria-level={1}
      aria-expanded={isOpen}
      aria-selected={isClassIsolated(group)}
      title={nameInText(className)}
    >
      <td class="cell-shown">
        <label class="tick">
          <input
            type="checkbox"
            tabIndex={-1}
            aria-label={`Show all of ${className}`}
            checked={hiddenPart !== "all"}
            indeterminate={hiddenPart === "some"}
            onChange={() => toggleClassHidden(group)}
          />
        </label>
      </td>
      <td class="cell-name">
        <button
          type="button"
          class="class-opener"
          tabIndex={-1}
          aria-label={`${isOpen ? "Close" : "Open"} ${className}`}
          onClick={() => setExpanded(className, !isOpen)}
        >
          <span aria-hidden="true">{isOpen ? "▾" : "▸"}</span>
        </button>
        <ClassSwatch group={group} />
        <bdi class={hiddenPart === "all" ? "name is-struck" : "name"}>{className}</bdi>
        {labels.length > 1 && <span class="quiet class-size">×{formatCount(labels.length)}</span>}
      </td>
      <td class="cell-instance" />
      <td class={hiddenPart === "all" ? "cell-pixels is-struck" : "cell-pixels"}>{formatCount(pixels)}</td>
      <td class="cell-share">{formatShare(pixels, width * height)}</td>
      <td class="cell-find">
        {pixels > 0 && <FindButton name={className} onClick={() => findClass(group)} />}
      </td>
    </tr>
  );
}

/** If the colours are those of classes, the user can choose another. */
function ClassSwatch({ group: { className, labels } }: { readonly group: ClassGroup }) {
  const color = classColorOf(opened.value!.decoded, className);
  if (color === null) {
    return <span class="swatch" style={{ backgroundColor: shownLabels.value[labels[0]!.index]!.color }} />;
  }
  return (
    <input
      type="color"
      class="swatch swatch-input"
      tabIndex={-1}
      aria-label={`Colour of ${className}`}
      title="Choose another colour for this class"
      value={color}
      onChange={({ currentTarget }) => setOwnColor(className, currentTarget.value)}
    />
  );
}
