/** All labels as a grid, in which the user searches, sorts, hides and isolates labels. */
import { signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
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
  search,
  showAll,
  toggleHidden,
} from "../state.js";
import { ClassGrid } from "./class-grid.js";
import { isGrouped } from "./class-groups.js";
import { idOfLabel, LabelRow } from "./label-row.js";
import { LabelTable, placeOf } from "./label-table.js";

export function LabelList() {
  const sets = [hidden.value, isolated.value, absentHidden.value, absentIsolated.value];
  const isAnyHidden = sets.some(({ size }) => size > 0);
  return (
    <>
      <div class="list-tools">
        <input
          type="search"
          placeholder="Search"
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
      {isGrouped.value ? <ClassGrid /> : <Grid />}
      <p class="list-keys quiet">
        <kbd>↑</kbd> <kbd>↓</kbd> choose · <kbd>Enter</kbd> isolate · <kbd>Space</kbd> hide · <kbd>F</kbd>{" "}
        find · <kbd>?</kbd> all keys
      </p>
    </>
  );
}

/** Place of the row that keys act on. Each mask has its own list. */
const active = signal<{ readonly mask: OpenMask | null; readonly place: number }>({ mask: null, place: 0 });

function Grid() {
  const rows = listedLabels.value;
  const scroller = useRef<HTMLDivElement>(null);
  const mask = opened.value;
  useEffect(() => {
    scroller.current!.scrollTop = 0;
  }, [mask]);
  const place = Math.min(active.value.mask === mask ? active.value.place : 0, rows.length - 1);
  const setActive = (next: number) => {
    active.value = { mask, place: next };
  };
  const onRowClick = (clicked: number, event: MouseEvent) => {
    const from = place;
    setActive(clicked);
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

  return (
    <LabelTable
      role="grid"
      label="Labels"
      class="label-grid"
      nameTitle="Label"
      scroller={scroller}
      count={rows.length}
      active={place}
      setActive={setActive}
      idOf={(of) => idOfLabel(rows[of]!)}
      showRow={(state) => {
        const label = rows[state.place]!;
        return <LabelRow key={label.index} label={label} state={state} />;
      }}
      actionsOf={({ shiftKey }) => {
        const { index } = rows[place]!;
        return {
          Enter: () => isolate(index, shiftKey),
          " ": () => toggleHidden(index),
          f: () => find(index),
        };
      }}
      onRowClick={onRowClick}
      onMouseDown={onMouseDown}
      onPointerOver={onPointerOver}
      onPointerLeave={leave}
    />
  );
}
