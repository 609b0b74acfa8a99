/**
 * The confusion matrix as a heat map: rows are the reference's classes, columns the other mask's. The steps share one hue
 * and differ in lightness. Correct cells have a frame, so that colour is never needed to tell them apart.
 */
import { computed, signal } from "@preact/signals";
import type { ComparedMasks } from "../decoding/protocol.js";
import { formatCount, formatShare, nameInText } from "../format.js";
import { keyOf } from "../key-of.js";
import { type Segment, Segments } from "../segments.js";
import { cellPixels } from "./cell-pixels.js";
import { comparedColors, comparison, findCell, isolateCell, isolatedCell } from "./compare-state.js";

/** More cells would be too small to read, and too many for the document. */
const MOST_SHOWN = 60;
/** The least share of the row for each step's colour. Errors are small, so the first steps are too. */
const STEPS = [0, 0.001, 0.01, 0.03, 0.1, 0.25, 0.5, 0.75, 0.9] as const;

type Unit = "share" | "pixels";
const UNITS: readonly Segment<Unit>[] = [
  { value: "share", title: "% of row" },
  { value: "pixels", title: "Pixels" },
];
const unit = signal<Unit>("share");
/** The cell that keys act on: indexes among the shown rows and columns. */
const active = signal({ row: 0, column: 0 });

/** Indexes of the shown classes, in the order of the scores, and the column for no class if it is used. */
const axes = computed(() => {
  const compared = comparison.value;
  if (compared === null) return { rows: [], columns: [] };
  const { classes, unpredicted } = compared.scores;
  const rows = classes
    .map((entry, place) => ({ place, pixels: entry.referencePixels + entry.predictedPixels }))
    .sort((a, b) => b.pixels - a.pixels)
    .slice(0, MOST_SHOWN)
    .map(({ place }) => place)
    .sort((a, b) => a - b);
  const hasNone = unpredicted.some((pixels) => pixels > 0);
  return { rows, columns: hasNone ? [...rows, classes.length] : rows };
});

export function ConfusionMatrix({ compared }: { compared: ComparedMasks }) {
  const { rows, columns } = axes.value;
  if (rows.length === 0) return <p class="quiet">Neither mask has pixels of any class.</p>;
  const hiddenClasses = compared.classes.length - rows.length;
  return (
    <section>
      <div class="code-head">
        <h2 id="matrix-title">Confusion matrix</h2>
        <Segments
          legend="Cells show"
          choices={UNITS}
          chosen={unit.value}
          onChoose={(value) => {
            unit.value = value;
          }}
        />
      </div>
      <div class="matrix-scroller">
        <Matrix compared={compared} rows={rows} columns={columns} />
      </div>
      <ActiveCell compared={compared} />
      <Scale />
      {hiddenClasses > 0 && (
        <p class="quiet">
          The {rows.length} classes with the most pixels. The table below lists all classes.
        </p>
      )}
    </section>
  );
}

interface MatrixProps {
  readonly compared: ComparedMasks;
  readonly rows: readonly number[];
  readonly columns: readonly number[];
}

function Matrix({ compared, rows, columns }: MatrixProps) {
  const { row, column } = activePlace();
  const goTo = (nextRow: number, nextColumn: number) => {
    active.value = {
      row: Math.max(0, Math.min(rows.length - 1, nextRow)),
      column: Math.max(0, Math.min(columns.length - 1, nextColumn)),
    };
    const { row: r, column: c } = active.value;
    document
      .getElementById(cellId(rows[r]!, columns[c]!))!
      .scrollIntoView({ block: "nearest", inline: "nearest" });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const actions: Record<string, () => void> = {
      ArrowDown: () => goTo(row + 1, column),
      ArrowUp: () => goTo(row - 1, column),
      ArrowRight: () => goTo(row, column + 1),
      ArrowLeft: () => goTo(row, column - 1),
      Home: () => goTo(event.ctrlKey ? 0 : row, 0),
      End: () => goTo(event.ctrlKey ? rows.length - 1 : row, columns.length - 1),
      Enter: () => isolate(compared, rows[row]!, columns[column]!),
      f: () => findCell(cellPlace(compared, rows[row]!, columns[column]!)),
    };
    const key = keyOf(event);
    const action = actions[key];
    // A letter with the control key belongs to the browser.
    const isOthers = event.metaKey || event.altKey || (event.ctrlKey && key === "f");
    if (action === undefined || isOthers) return;
    event.preventDefault();
    action();
  };
  const onClick = ({ target }: MouseEvent) => {
    const { r, c } = (target as Element).closest<HTMLElement>("td[data-r]")?.dataset ?? {};
    if (r === undefined || c === undefined) return;
    active.value = { row: Number(r), column: Number(c) };
    isolate(compared, rows[Number(r)]!, columns[Number(c)]!);
  };
  return (
    <table
      class="matrix"
      // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: a table with keyboard control is a grid.
      role="grid"
      aria-labelledby="matrix-title"
      aria-activedescendant={cellId(rows[row]!, columns[column]!)}
      tabIndex={0}
      onKeyDown={onKeyDown}
      onClick={onClick}
    >
      <thead>
        <tr>
          <td class="corner">
            <span class="quiet">reference ↓ other →</span>
          </td>
          {columns.map((place) => (
            <th key={place} scope="col" title={nameInText(nameOf(compared, place))}>
              <span class="column-name">
                <bdi>{nameOf(compared, place)}</bdi>
              </span>
              <ClassSwatch place={place} />
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((place, r) => (
          <tr key={place}>
            <th scope="row" title={nameInText(nameOf(compared, place))}>
              <bdi>{nameOf(compared, place)}</bdi> <ClassSwatch place={place} />
            </th>
            {columns.map((other, c) => (
              <Cell
                key={other}
                compared={compared}
                places={[place, other]}
                position={[r, c]}
                isActive={r === row && c === column}
              />
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Nothing in the column for no class. */
function ClassSwatch({ place }: { readonly place: number }) {
  const color = comparedColors.value[place];
  return color === undefined ? null : <span class="swatch" style={{ backgroundColor: color }} />;
}

interface CellProps {
  readonly compared: ComparedMasks;
  /** Row and column in the result of the comparison. */
  readonly places: readonly [row: number, column: number];
  /** Row and column among those that are shown. */
  readonly position: readonly [row: number, column: number];
  readonly isActive: boolean;
}

function Cell({ compared, places: [row, column], position: [r, c], isActive }: CellProps) {
  const pixels = cellPixels(compared, row, column);
  const share = pixels / compared.scores.classes[row]!.referencePixels;
  const isIsolated = isolatedCell.value >= 0 && isolatedCell.value === cellPlace(compared, row, column);
  const look = `${isActive ? "is-active " : ""}${row === column ? "is-right " : ""}heat-${heatOf(share)}`;
  const names = `${nameInText(nameOf(compared, row))} → ${nameInText(nameOf(compared, column))}`;
  return (
    // biome-ignore lint/a11y/useAriaPropsSupportedByRole: in a grid it is a gridcell.
    <td
      id={cellId(row, column)}
      class={look}
      data-r={r}
      data-c={c}
      aria-selected={isIsolated}
      title={`${names}: ${describe(compared, row, column)}`}
    >
      {pixels === 0 ? "" : unit.value === "pixels" ? compact.format(pixels) : formatPercent(share)}
    </td>
  );
}

function ActiveCell({ compared }: { compared: ComparedMasks }) {
  const { rows, columns } = axes.value;
  const { row, column } = activePlace();
  const place = cellPlace(compared, rows[row]!, columns[column]!);
  return (
    <p class="active-cell">
      <bdi>{nameOf(compared, rows[row]!)}</bdi> → <bdi>{nameOf(compared, columns[column]!)}</bdi>:{" "}
      {describe(compared, rows[row]!, columns[column]!)}
      <span class="quiet">
        {" "}
        <kbd>←</kbd> <kbd>↑</kbd> <kbd>→</kbd> <kbd>↓</kbd> move · <kbd>Enter</kbd> isolate · <kbd>F</kbd>{" "}
        find
      </span>{" "}
      {place >= 0 && (
        <button type="button" class="button small" onClick={() => findCell(place)}>
          Find
        </button>
      )}
    </p>
  );
}

function Scale() {
  return (
    <div class="scale" aria-hidden="true">
      {STEPS.map((limit, step) => (
        <span key={limit} class={`heat-${step + 1}`}>
          {step === 0 ? ">0" : limit * 100}
        </span>
      ))}
      <span class="quiet">% of the row or more</span>
    </div>
  );
}

function activePlace(): { readonly row: number; readonly column: number } {
  const { rows, columns } = axes.value;
  const { row, column } = active.value;
  return { row: Math.min(row, rows.length - 1), column: Math.min(column, columns.length - 1) };
}

function isolate(compared: ComparedMasks, row: number, column: number): void {
  const place = cellPlace(compared, row, column);
  if (place < 0) isolatedCell.value = -1;
  else isolateCell(place);
}

/** -1 if no pixel has this pair. */
function cellPlace({ cells }: ComparedMasks, row: number, column: number): number {
  return cells.findIndex((cell) => cell.row === row && cell.column === column);
}

function describe(compared: ComparedMasks, row: number, column: number): string {
  const pixels = cellPixels(compared, row, column);
  const share = formatShare(pixels, compared.scores.classes[row]!.referencePixels);
  return pixels === 0 ? "no pixels" : `${formatCount(pixels)} px, ${share} of the row`;
}

function nameOf({ classes }: ComparedMasks, place: number): string {
  return classes[place]?.name ?? "none";
}

function cellId(row: number, column: number): string {
  return `cell-${row}-${column}`;
}

/** 0 if there are no pixels, as in every cell of a row without pixels. */
function heatOf(share: number): number {
  return share > 0 ? STEPS.findLastIndex((limit) => share >= limit) + 1 : 0;
}

const compact = new Intl.NumberFormat("en", { notation: "compact", maximumSignificantDigits: 2 });

/** Never 0 for a share that has pixels, and never 100 for a share that is not the whole row. */
function formatPercent(share: number): string {
  if (share === 1) return "100";
  if (share < 0.001) return "<.1";
  return Math.min(99.9, share * 100).toFixed(1);
}
