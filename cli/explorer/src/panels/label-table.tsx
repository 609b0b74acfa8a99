/**
 * The table of labels, flat or by class: it scrolls, and keys move the row that they act on. Only the rows in view are in the
 * document, so that tens of thousands of labels are as fast as ten.
 */
import { useSignal } from "@preact/signals";
import type { JSX, RefObject } from "preact";
import { useEffect } from "preact/hooks";
import { keyOf } from "../key-of.js";
import { type SortKey, search, sort, sortBy } from "../state.js";

/** The same as in style.css: fingers need more room than a mouse. */
const ROW_HEIGHT = typeof matchMedia === "function" && matchMedia("(pointer: coarse)").matches ? 36 : 30;
/** Rows above and below those in view, so that a quick scroll shows no gap. */
const SPARE_ROWS = 8;

/** How a row is shown. */
export interface RowState {
  readonly place: number;
  /** Whether keys act on it. */
  readonly isActive: boolean;
  /** It is in the document only because keys act on it. */
  readonly isAway: boolean;
}

interface Props {
  readonly role: "grid" | "treegrid";
  readonly label: string;
  readonly class: string;
  /** Heading of the names. */
  readonly nameTitle: string;
  readonly scroller: RefObject<HTMLDivElement | null>;
  readonly count: number;
  /** Place of the row that keys act on; -1 if there is no row. */
  readonly active: number;
  setActive(place: number): void;
  idOf(place: number): string;
  showRow(state: RowState): JSX.Element;
  /** What keys do to the row that they act on. */
  actionsOf(event: KeyboardEvent, goTo: (place: number) => void): Readonly<Record<string, () => void>>;
  /** A click on a row, but not on the controls in it. */
  onRowClick(place: number, event: MouseEvent): void;
  readonly onMouseDown?: (event: MouseEvent) => void;
  readonly onPointerOver?: (event: PointerEvent) => void;
  readonly onPointerLeave?: () => void;
}

export function LabelTable(props: Props) {
  const { role, label, nameTitle, scroller, count, active, idOf, showRow, actionsOf, onRowClick } = props;
  const { onMouseDown, onPointerOver, onPointerLeave } = props;
  const scrollTop = useSignal(0);
  const height = useSignal(600);
  useEffect(() => {
    const observer = new ResizeObserver(([entry]) => {
      height.value = entry!.contentRect.height;
    });
    observer.observe(scroller.current!);
    return () => observer.disconnect();
  }, [height, scroller]);

  const goTo = (next: number) => {
    const reached = Math.max(0, Math.min(count - 1, next));
    props.setActive(reached);
    const top = reached * ROW_HEIGHT;
    const view = scroller.current!;
    const below = view.clientHeight - 2 * ROW_HEIGHT;
    view.scrollTop = Math.max(Math.min(view.scrollTop, top), top - below);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.target !== event.currentTarget || active < 0) return;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const page = Math.floor(height.value / ROW_HEIGHT) - 2;
    const actions: Readonly<Record<string, () => void>> = {
      ArrowDown: () => goTo(active + 1),
      ArrowUp: () => goTo(active - 1),
      PageDown: () => goTo(active + page),
      PageUp: () => goTo(active - page),
      Home: () => goTo(0),
      End: () => goTo(count - 1),
      ...actionsOf(event, goTo),
    };
    const action = actions[keyOf(event)];
    if (action === undefined) return;
    event.preventDefault();
    action();
  };
  const onClick = (event: MouseEvent) => {
    const target = event.target as Element;
    const place = placeOf(target);
    if (place !== null && target.closest("button, input, label") === null) onRowClick(place, event);
  };

  const first = Math.max(0, Math.floor(scrollTop.value / ROW_HEIGHT) - SPARE_ROWS);
  const end = Math.min(count, Math.ceil((scrollTop.value + height.value) / ROW_HEIGHT) + SPARE_ROWS);
  return (
    <div
      ref={scroller}
      class="label-scroller"
      onScroll={({ currentTarget }) => {
        scrollTop.value = currentTarget.scrollTop;
      }}
    >
      <div style={{ height: `${(count + 1) * ROW_HEIGHT}px`, paddingTop: `${first * ROW_HEIGHT}px` }}>
        {/* biome-ignore lint/a11y/useAriaPropsSupportedByRole: both roles support it. */}
        <table
          class={props.class}
          role={role}
          aria-label={label}
          aria-rowcount={count + 1}
          aria-activedescendant={active < 0 ? undefined : idOf(active)}
          aria-multiselectable="true"
          tabIndex={0}
          onKeyDown={onKeyDown}
          onClick={onClick}
          onMouseDown={onMouseDown}
          onPointerOver={onPointerOver}
          onPointerLeave={onPointerLeave}
        >
          <thead>
            <tr aria-rowindex={1}>
              <th class="cell-shown" scope="col">
                <span class="visually-hidden">Shown</span>
              </th>
              <Heading class="cell-name" title={nameTitle} sortKey="name" />
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
            {placesOf(first, end, active).map((place) =>
              showRow({ place, isActive: place === active, isAway: place < first || place >= end }),
            )}
          </tbody>
        </table>
      </div>
      {count === 0 && (
        <p class="list-empty quiet">
          No label matches “<bdi>{search.value}</bdi>”.
        </p>
      )}
    </div>
  );
}

/** The places in view, and the one that keys act on: it stays in the document, wherever the list is scrolled to. */
function placesOf(first: number, end: number, active: number): number[] {
  const places = Array.from({ length: end - first }, (_, index) => first + index);
  return active < 0 || (active >= first && active < end) ? places : [active, ...places];
}

/** The place of the row that an element is in. */
export function placeOf(target: Element): number | null {
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
