/** A list of pictures of all masks, to sort and to choose from. Only pictures in view are in the document. */
import { signal, useComputed, useSignal } from "@preact/signals";
import { useEffect, useLayoutEffect, useMemo, useRef } from "preact/hooks";
import { coloringOf, colorsOf } from "../coloring.js";
import type { MaskPair } from "../files/mask-pair.js";
import { counted, formatShare } from "../format.js";
import { openMask } from "../open-mask.js";
import { ColorBy } from "../panels/color-by.js";
import { focusStage } from "../stage/focus-stage.js";
import { opened } from "../state.js";
import { entryOf, type ReadEntry, setInView, type ThumbnailSortKey } from "./dataset-state.js";
import { filter, listedPairs, shareOf, sortThumbnailsBy, thumbnailSort } from "./filter.js";
import { FilterBar, NameSearch } from "./filter-bar.js";
import { exportPart, isExportShown } from "./load-export.js";
import { paintPicture } from "./paint-picture.js";
import { shownEncoding } from "./shown-encoding.js";

/** With gaps. */
const CARD = { width: 196, height: 178 };
/** On a phone, two are side by side, so low that four are in view. */
const NARROW_CARD = { width: 140, height: 148 };
/** Above the first row. The same as in dataset.css. */
const PADDING = 12;
/** Rows above and below those in view, whose pictures are ready when they are scrolled to. */
const SPARE_ROWS = 3;

const SORTS: readonly ThumbnailSortKey[] = [
  "name",
  "labels",
  "classes",
  "size",
  "class share",
  "unknown share",
  "defects",
];

export function Thumbnails() {
  return (
    <section class="thumbnails" aria-label="Masks">
      <div class="list-tools">
        <NameSearch />
        <label class="thumbnail-sort">
          <span class="quiet">Sort by</span>
          <select
            value={thumbnailSort.value.key}
            onChange={({ currentTarget }) => sortThumbnailsBy(currentTarget.value as ThumbnailSortKey)}
          >
            {SORTS.map((key) => (
              <option
                key={key}
                value={key}
                disabled={key === "class share" && filter.value.className === null}
              >
                {key}
              </option>
            ))}
          </select>
        </label>
        <Direction />
        <ColorBy shown={coloringOf({ encoding: shownEncoding() })} />
        {exportPart.value !== null && (
          <button
            type="button"
            class="button"
            onClick={() => {
              isExportShown.value = true;
            }}
          >
            Export…
          </button>
        )}
        <p class="list-keys-inline quiet">
          <kbd>←</kbd> <kbd>↑</kbd> <kbd>→</kbd> <kbd>↓</kbd> choose · <kbd>Enter</kbd> open
        </p>
      </div>
      <FilterBar />
      <Cards />
    </section>
  );
}

function Direction() {
  const { key, isDescending } = thumbnailSort.value;
  return (
    <button
      type="button"
      class="button"
      onClick={() => {
        thumbnailSort.value = { key, isDescending: !isDescending };
      }}
    >
      {isDescending ? "↓ descending" : "↑ ascending"}
    </button>
  );
}

/** The mask that keys act on, even if the order changes. */
const active = signal<MaskPair | null>(null);

function Cards() {
  const masks = listedPairs.value;
  const scroller = useRef<HTMLDivElement>(null);
  const scrollTop = useSignal(0);
  const size = useSignal({ width: 800, height: 600 });
  useEffect(() => {
    const observer = new ResizeObserver(([entry]) => {
      const { width, height } = entry!.contentRect;
      size.value = { width, height };
    });
    observer.observe(scroller.current!);
    return () => observer.disconnect();
  }, [size]);

  const { columns, cardHeight } = gridOf(size.value.width);
  const rows = Math.ceil(masks.length / columns);
  const rowsInView = Math.ceil(size.value.height / cardHeight) + 1;
  const scrolledRow = useComputed(() =>
    Math.floor(scrollTop.value / gridOf(size.value.width).cardHeight),
  ).value;
  // Another filter may have made the list shorter than it is scrolled.
  const firstRow = Math.max(0, Math.min(scrolledRow, rows - rowsInView + 1));
  const first = Math.max(0, firstRow - SPARE_ROWS) * columns;
  const end = Math.min(masks.length, (firstRow + rowsInView + SPARE_ROWS) * columns);
  const seen = masks.slice(first, end);
  useEffect(() => setInView(seen));

  const order = `${JSON.stringify(filter.value)} ${JSON.stringify(thumbnailSort.value)}`;
  useLayoutEffect(() => {
    scroller.current!.scrollTop = 0;
  }, [order]);

  const place = Math.max(0, masks.indexOf(active.value!));
  const goTo = (next: number) => {
    const reached = Math.max(0, Math.min(masks.length - 1, next));
    active.value = masks[reached]!;
    const top = Math.floor(reached / columns) * cardHeight;
    const view = scroller.current!;
    const least = PADDING + top + cardHeight - view.clientHeight;
    view.scrollTop = Math.max(Math.min(view.scrollTop, top), least);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const page = Math.max(1, rowsInView - 2) * columns;
    const actions: Record<string, () => void> = {
      ArrowRight: () => goTo(place + 1),
      ArrowLeft: () => goTo(place - 1),
      ArrowDown: () => goTo(Math.min(place + columns, masks.length - 1)),
      ArrowUp: () => goTo(place < columns ? place : place - columns),
      PageDown: () => goTo(place + page),
      PageUp: () => goTo(place - page),
      Home: () => goTo(0),
      End: () => goTo(masks.length - 1),
      Enter: () => openMask(masks[place]!).then(focusStage),
    };
    const action = actions[event.key];
    if (action === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    action();
  };
  const onClick = ({ target }: MouseEvent) => {
    const card = (target as Element).closest<HTMLElement>("[data-place]");
    if (card === null) return;
    active.value = masks[Number(card.dataset.place)]!;
    openMask(active.value).then(focusStage);
  };
  const isNoneListed = masks.length === 0;
  return (
    <div
      ref={scroller}
      class="card-scroller"
      onScroll={({ currentTarget }) => {
        scrollTop.value = currentTarget.scrollTop;
      }}
    >
      {isNoneListed && <p class="list-empty quiet">No mask matches.</p>}
      <div
        class="cards"
        role="listbox"
        aria-label="Masks"
        aria-activedescendant={isNoneListed ? undefined : `mask-${place}`}
        tabIndex={0}
        style={{
          height: `${rows * cardHeight}px`,
          paddingTop: `${Math.floor(first / columns) * cardHeight}px`,
          gridAutoRows: `${cardHeight}px`,
          gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))`,
        }}
        onKeyDown={onKeyDown}
        onClick={onClick}
      >
        {/* The mask that keys act on stays in the document, wherever the list is scrolled to. */}
        {(place < first || place >= end) && masks[place] !== undefined && (
          <Card
            key={`away ${place}`}
            pair={masks[place]}
            place={place}
            count={masks.length}
            isActive
            isAway
          />
        )}
        {seen.map((pair, index) => (
          <Card
            key={keyOfPair(pair)}
            pair={pair}
            place={first + index}
            count={masks.length}
            isActive={first + index === place}
          />
        ))}
      </div>
    </div>
  );
}

function gridOf(width: number): { readonly columns: number; readonly cardHeight: number } {
  const columns = Math.max(1, Math.floor(width / CARD.width));
  return columns === 1 && width >= 2 * NARROW_CARD.width
    ? { columns: 2, cardHeight: NARROW_CARD.height }
    : { columns, cardHeight: CARD.height };
}

/** Masks may have the same name. */
const keys = new WeakMap<MaskPair, number>();
let lastKey = 0;

function keyOfPair(pair: MaskPair): number {
  const key = keys.get(pair) ?? ++lastKey;
  keys.set(pair, key);
  return key;
}

interface CardProps {
  readonly pair: MaskPair;
  readonly place: number;
  readonly count: number;
  readonly isActive: boolean;
  readonly isAway?: boolean;
}

function Card({ pair, place, count, isActive, isAway }: CardProps) {
  const entry = entryOf(pair).value;
  return (
    // biome-ignore lint/a11y/useFocusableInteractive: the list has the focus, and says which option is active.
    <div
      id={`mask-${place}`}
      class={isAway ? "visually-hidden" : `card card-${entry.kind}${isActive ? " is-active" : ""}`}
      role="option"
      aria-selected={pair === opened.value?.pair}
      aria-setsize={count}
      aria-posinset={place + 1}
      data-place={place}
      title={entry.kind === "failed" ? entry.message : pair.name}
    >
      <div class="card-picture">
        {entry.kind === "read" && <Picture entry={entry} />}
        {entry.kind === "read" && entry.defects > 0 && (
          <span class="badge">
            {entry.hasMoreDefects ? `${entry.defects}+ defects` : counted(entry.defects, "defect")}
          </span>
        )}
        {entry.kind === "failed" && <span class="card-code">{entry.code ?? "cannot be read"}</span>}
      </div>
      <p class="card-name">
        <bdi>{pair.name}</bdi>
      </p>
      <p class="quiet card-facts">
        {entry.kind === "read" && <Facts entry={entry} />}
        {entry.kind === "waiting" && "waiting"}
        {entry.kind === "failed" && "broken"}
      </p>
    </div>
  );
}

function Picture({ entry }: { entry: ReadEntry }) {
  const { picture, map, labelKind: kind, encoding } = entry;
  const isExact = picture.exact !== null && coloringOf({ encoding }) === "mask";
  const colors = isExact
    ? []
    : colorsOf(
        { kind, encoding },
        picture.slots.map((label) => map.labels[label]!),
      );
  const key = colors.join();
  const url = useMemo(() => {
    const png = isExact ? picture.exact! : paintPicture(picture.png, colors);
    return URL.createObjectURL(new Blob([png], { type: "image/png" }));
  }, [picture, isExact, key]);
  useEffect(() => () => URL.revokeObjectURL(url), [url]);
  return <img src={url} alt="" decoding="sync" onLoad={showPixels} />;
}

/** A picture that is smaller than its place is enlarged without blur. */
function showPixels({ currentTarget: picture }: { readonly currentTarget: HTMLImageElement }) {
  const { naturalWidth, naturalHeight, clientWidth, clientHeight } = picture;
  picture.classList.toggle("is-enlarged", naturalWidth < clientWidth && naturalHeight < clientHeight);
}

const NOUNS = { labels: "label", colours: "colour", numbers: "number" } as const;

function Facts({ entry }: { entry: ReadEntry }) {
  const { labels, labelKind, unknownShare } = entry;
  const { className } = filter.value;
  return (
    <>
      <span>
        {className === null
          ? counted(labels, NOUNS[labelKind])
          : `${formatShare(shareOf(entry, filter.value), 1)} ${className}`}
      </span>
      {unknownShare > 0 && <span> · {formatShare(unknownShare, 1)} unknown</span>}
    </>
  );
}
