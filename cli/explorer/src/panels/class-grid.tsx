/** The labels grouped by class: one row for each class, which opens to its labels. Only rows in view are in the document. */
import { signal, useSignal } from "@preact/signals";
import type { ComponentType } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { classColorOf, setOwnColor } from "../coloring.js";
import type { ShownLabel } from "../decoding/protocol.js";
import { formatCount, formatShare, nameInText } from "../format.js";
import { keyOf } from "../key-of.js";
import { find, isolate, opened, type SortKey, search, shownLabels, toggleHidden } from "../state.js";
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
import "./class-grid.css";

const SPARE_ROWS = 8;

/** What the list of labels shows a label with. */
export interface LabelRowProps {
  readonly label: ShownLabel;
  readonly place: number;
  readonly isActive: boolean;
  readonly isAway?: boolean;
}

/** Parts that the list of labels shares with this one. */
interface Props {
  readonly LabelRow: ComponentType<LabelRowProps>;
  readonly Heading: ComponentType<{ title: string; sortKey: SortKey; class: string }>;
  /** In pixels. */
  readonly rowHeight: number;
}

/** Place of the row that keys act on. */
const active = signal(0);

export function ClassGrid({ LabelRow, Heading, rowHeight }: Props) {
  const rows = groupedRows.value;
  const scroller = useRef<HTMLDivElement>(null);
  const scrollTop = useSignal(0);
  const height = useSignal(600);
  useEffect(() => {
    const observer = new ResizeObserver(([entry]) => {
      height.value = entry!.contentRect.height;
    });
    observer.observe(scroller.current!);
    return () => observer.disconnect();
  }, [height]);

  const place = Math.max(0, Math.min(active.value, rows.length - 1));
  const goTo = (next: number) => {
    active.value = Math.max(0, Math.min(rows.length - 1, next));
    const top = active.value * rowHeight;
    const view = scroller.current!;
    view.scrollTop = Math.max(Math.min(view.scrollTop, top), top - view.clientHeight + 2 * rowHeight);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const row = event.target === event.currentTarget ? rows[place] : undefined;
    if (row === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    const page = Math.floor(height.value / rowHeight) - 2;
    const { group } = row;
    const isClass = row.kind === "class";
    const actions: Record<string, () => void> = {
      ArrowDown: () => goTo(place + 1),
      ArrowUp: () => goTo(place - 1),
      PageDown: () => goTo(place + page),
      PageUp: () => goTo(place - page),
      Home: () => goTo(0),
      End: () => goTo(rows.length - 1),
      ArrowRight: () => setExpanded(group.className, true),
      ArrowLeft: () => {
        setExpanded(group.className, false);
        goTo(rows.findIndex((other) => other.group === group));
      },
      Enter: () => (isClass ? isolateClass(group, event.shiftKey) : isolate(row.label.index, event.shiftKey)),
      " ": () => (isClass ? toggleClassHidden(group) : toggleHidden(row.label.index)),
      f: () => (isClass ? findClass(group) : find(row.label.index)),
    };
    const action = actions[keyOf(event)];
    if (action === undefined) return;
    event.preventDefault();
    action();
  };
  /** A click on a row, but not on the controls in it. */
  const onClick = (event: MouseEvent) => {
    const target = event.target as Element;
    const row = target.closest<HTMLElement>("tr[data-place]");
    if (row === null || target.closest("button, input, label") !== null) return;
    const clicked = Number(row.dataset.place);
    active.value = clicked;
    const isAdded = event.shiftKey || event.ctrlKey || event.metaKey;
    const chosen = rows[clicked]!;
    if (chosen.kind === "class") isolateClass(chosen.group, isAdded);
    else isolate(chosen.label.index, isAdded);
  };

  const first = Math.max(0, Math.floor(scrollTop.value / rowHeight) - SPARE_ROWS);
  const end = Math.min(rows.length, Math.ceil((scrollTop.value + height.value) / rowHeight) + SPARE_ROWS);
  return (
    <div
      ref={scroller}
      class="label-scroller"
      onScroll={({ currentTarget }) => {
        scrollTop.value = currentTarget.scrollTop;
      }}
    >
      <div style={{ height: `${(rows.length + 1) * rowHeight}px`, paddingTop: `${first * rowHeight}px` }}>
        <table
          class="label-grid class-grid"
          // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: a table with keyboard control is a grid.
          role="treegrid"
          aria-label="Labels by class"
          aria-rowcount={rows.length + 1}
          aria-activedescendant={rows[place] === undefined ? undefined : idOf(rows[place])}
          aria-multiselectable="true"
          tabIndex={0}
          onKeyDown={onKeyDown}
          onClick={onClick}
        >
          <thead>
            <tr aria-rowindex={1}>
              <th class="cell-shown" scope="col">
                <span class="visually-hidden">Shown</span>
              </th>
              <Heading class="cell-name" title="Class" sortKey="name" />
              <th class="cell-instance" scope="col">
                No.
              </th>
              <Heading class="cell-pixels" title="Pixels" sortKey="pixels" />
              <th class="cell-share" scope="col">
                Share
              </th>
              <th class="cell-find" scope="col">
                <span class="visually-hidden">Find</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {/* The row that keys act on stays in the document, wherever the list is scrolled to. */}
            {placesOf(first, end, place < rows.length ? place : -1).map((index) => {
              const row = rows[index]!;
              const common = {
                place: index,
                isActive: index === place,
                isAway: index < first || index >= end,
              };
              return row.kind === "class" ? (
                <ClassRow key={idOf(row)} group={row.group} {...common} />
              ) : (
                <LabelRow key={idOf(row)} label={row.label} {...common} />
              );
            })}
          </tbody>
        </table>
      </div>
      {rows.length === 0 && (
        <p class="list-empty quiet">
          No label matches “<bdi>{search.value}</bdi>”.
        </p>
      )}
    </div>
  );
}

function placesOf(first: number, end: number, active: number): number[] {
  const places = Array.from({ length: end - first }, (_, index) => first + index);
  return active < 0 || (active >= first && active < end) ? places : [active, ...places];
}

function idOf(row: GroupedRow): string {
  return row.kind === "label" ? `label-${row.label.index}` : `class-of-${row.group.labels[0]!.index}`;
}

interface ClassRowProps {
  readonly group: ClassGroup;
  readonly place: number;
  readonly isActive: boolean;
  readonly isAway: boolean;
}

function ClassRow({ group, place, isActive, isAway }: ClassRowProps) {
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
        {pixels > 0 && (
          <button
            type="button"
            tabIndex={-1}
            aria-label={`Find ${className}`}
            onClick={() => findClass(group)}
          >
            <svg viewBox="0 0 16 16" aria-hidden="true">
              <circle cx="8" cy="8" r="4.5" />
              <path d="M8 0v5M8 11v5M0 8h5M11 8h5" />
            </svg>
          </button>
        )}
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
