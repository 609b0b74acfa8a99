/**
 * All labels as a grid, in which the user searches, sorts, hides and isolates labels. Only the rows in view are in the
 * document, so that tens of thousands of labels are as fast as ten.
 */
import { signal, useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { shownName } from "../carried-labels.js";
import type { ShownLabel } from "../decoding/protocol.js";
import { formatCount, formatShare, nameInText } from "../format.js";
import { keyOf } from "../key-of.js";
import {
  absentHidden,
  absentIsolated,
  find,
  hidden,
  hideListed,
  hovered,
  isolate,
  isolateAlso,
  isolated,
  listedLabels,
  type OpenMask,
  opened,
  type SortKey,
  search,
  showAll,
  shownLabels,
  sort,
  sortBy,
  toggleHidden,
} from "../state.js";

import { ClassGrid } from "./class-grid.js";
import { isGrouped } from "./class-groups.js";

/** The same as in style.css: fingers need more room than a mouse. */
const ROW_HEIGHT = typeof matchMedia === "function" && matchMedia("(pointer: coarse)").matches ? 36 : 30;
/** Rows above and below those in view, so that a quick scroll shows no gap. */
const SPARE_ROWS = 8;

export function LabelList() {
  const sets = [hidden.value, isolated.value, absentHidden.value, absentIsolated.value];
  const isAnyHidden = sets.some(({ size }) => size > 0);
  return (
    <>
      <div class="list-tools">
        <input
          type="search"
          placeholder="Name, class or colour"
          aria-label="Search labels"
          value={search.value}
          onInput={({ currentTarget }) => {
            search.value = currentTarget.value;
          }}
        />
        <button type="button" class="button" disabled={listedLabels.value.length === 0} onClick={hideListed}>
          Hide {search.value === "" ? "all" : "matches"}
        </button>
        <button type="button" class="button" disabled={!isAnyHidden} onClick={showAll}>
          Show all
        </button>
        <button
          type="button"
          class="button"
          aria-pressed={isGrouped.value}
          onClick={() => {
            isGrouped.value = !isGrouped.value;
          }}
        >
          By class
        </button>
      </div>
      {isGrouped.value ? <ClassGrid LabelRow={Row} Heading={Heading} rowHeight={ROW_HEIGHT} /> : <Grid />}
      <p class="list-keys quiet">
        <kbd>↑</kbd> <kbd>↓</kbd> choose · <kbd>Enter</kbd> isolate · <kbd>Space</kbd> hide · <kbd>F</kbd>{" "}
        find · <kbd>?</kbd> all keys
      </p>
    </>
  );
}

/** Index of the row that keys act on. Each mask has its own list. */
const active = signal<{ readonly mask: OpenMask | null; readonly place: number }>({ mask: null, place: 0 });

function Grid() {
  const rows = listedLabels.value;
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

  const mask = opened.value;
  useEffect(() => {
    scroller.current!.scrollTop = 0;
  }, [mask]);
  const place = Math.min(active.value.mask === mask ? active.value.place : 0, rows.length - 1);
  const goTo = (next: number) => {
    const reached = Math.max(0, Math.min(rows.length - 1, next));
    active.value = { mask, place: reached };
    const top = reached * ROW_HEIGHT;
    const view = scroller.current!;
    const below = view.clientHeight - 2 * ROW_HEIGHT;
    view.scrollTop = Math.max(Math.min(view.scrollTop, top), top - below);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const page = Math.floor(height.value / ROW_HEIGHT) - 2;
    const label = rows[place]?.index ?? -1;
    const actions: Record<string, () => void> = {
      ArrowDown: () => goTo(place + 1),
      ArrowUp: () => goTo(place - 1),
      PageDown: () => goTo(place + page),
      PageUp: () => goTo(place - page),
      Home: () => goTo(0),
      End: () => goTo(rows.length - 1),
      Enter: () => isolate(label, event.shiftKey),
      " ": () => toggleHidden(label),
      f: () => find(label),
    };
    const action = event.target === event.currentTarget ? actions[keyOf(event)] : undefined;
    if (action === undefined || rows.length === 0 || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    action();
  };
  /** A click on a row, but not on the controls in it. */
  const onClick = (event: MouseEvent) => {
    const target = event.target as Element;
    const clicked = placeOf(target);
    if (clicked === null || target.closest("button, label") !== null) return;
    const from = place;
    active.value = { mask, place: clicked };
    if (event.shiftKey && isolated.value.size > 0) {
      const range = rows.slice(Math.min(from, clicked), Math.max(from, clicked) + 1);
      isolateAlso(range.map(({ index }) => index));
    } else {
      isolate(rows[clicked]!.index, event.shiftKey || event.ctrlKey || event.metaKey);
    }
  };
  /** The browser would select the text between the last click and this one. */
  const onMouseDown = (event: MouseEvent) => {
    if (event.shiftKey) event.preventDefault();
  };
  const onPointerOver = ({ target }: PointerEvent) => {
    const over = placeOf(target as Element);
    hovered.value = over === null ? -1 : (rows[over]?.index ?? -1);
  };
  const leave = () => {
    hovered.value = -1;
  };
  useEffect(() => leave, []);

  const first = Math.max(0, Math.floor(scrollTop.value / ROW_HEIGHT) - SPARE_ROWS);
  const end = Math.min(rows.length, Math.ceil((scrollTop.value + height.value) / ROW_HEIGHT) + SPARE_ROWS);
  return (
    <div
      ref={scroller}
      class="label-scroller"
      onScroll={({ currentTarget }) => {
        scrollTop.value = currentTarget.scrollTop;
      }}
    >
      <div style={{ height: `${(rows.length + 1) * ROW_HEIGHT}px`, paddingTop: `${first * ROW_HEIGHT}px` }}>
        <table
          class="label-grid"
          // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: a table with keyboard control is a grid.
          role="grid"
          aria-label="Labels"
          aria-rowcount={rows.length + 1}
          aria-activedescendant={rows.length === 0 ? undefined : `label-${rows[place]!.index}`}
          aria-multiselectable="true"
          tabIndex={0}
          onKeyDown={onKeyDown}
          onClick={onClick}
          onMouseDown={onMouseDown}
          onPointerOver={onPointerOver}
          onPointerLeave={leave}
        >
          <thead>
            <tr aria-rowindex={1}>
              <th class="cell-shown" scope="col">
                <span class="visually-hidden">Shown</span>
              </th>
              <Heading class="cell-name" title="Label" sortKey="name" />
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
            {(place < first || place >= end) && rows[place] !== undefined && (
              <Row key={rows[place].index} label={rows[place]} place={place} isActive isAway />
            )}
            {rows.slice(first, end).map((label, index) => (
              <Row key={label.index} label={label} place={first + index} isActive={first + index === place} />
            ))}
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

/** The place of the row that an element is in. */
function placeOf(target: Element): number | null {
  const row = target.closest<HTMLElement>("tr[data-place]");
  return row === null ? null : Number(row.dataset.place);
}

function Heading({ title, sortKey, ...cell }: { title: string; sortKey: SortKey; class: string }) {
  const { key, isDescending } = sort.value;
  const direction = key !== sortKey ? "none" : isDescending ? "descending" : "ascending";
  return (
    <th {...cell} scope="col" aria-sort={direction}>
      <button type="button" onClick={() => sortBy(sortKey)}>
        {title}
        <span aria-hidden="true">{{ none: "", descending: " ↓", ascending: " ↑" }[direction]}</span>
      </button>
    </th>
  );
}

interface RowProps {
  readonly label: ShownLabel;
  readonly place: number;
  readonly isActive: boolean;
  readonly isAway?: boolean;
}

function Row({ label, place, isActive, isAway = false }: RowProps) {
  const { index, classId, instanceNumber, isUnknown, pixelCount, name } = label;
  const shown = shownName(label);
  const { width, height } = opened.value!.decoded;
  const isHidden = hidden.value.has(index);
  // `is-struck` is on the texts themselves. From a class of the row or the cell, Chromium keeps the old style of a name if
  // its row moves and is shown at once.
  return (
    <tr
      id={`label-${index}`}
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
      <td class="cell-find">
        {pixelCount > 0 && (
          <button type="button" tabIndex={-1} aria-label={`Find ${name}`} onClick={() => find(index)}>
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
