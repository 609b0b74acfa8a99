/** A table that is sorted by a click on a column. NaN is always at the end. */
import type { Signal } from "@preact/signals";
import type { ComponentChild } from "preact";
import { compareNames } from "./state.js";

export interface Column<Row> {
  readonly title: string;
  readonly hint?: string;
  readonly class?: string;
  /** The first click sorts numbers from the largest and text from A. */
  sortKey(row: Row): string | number;
  show(row: Row): ComponentChild;
}

export interface TableSort {
  /** Title of the column. */
  readonly by: string;
  readonly isDescending: boolean;
}

interface Props<Row> {
  readonly label: string;
  /** The first column is the heading of each row. */
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly sort: Signal<TableSort>;
  keyOf(row: Row): string;
  /** How many rows are shown. Default: all. */
  readonly most?: number;
}

export function SortableTable<Row>({ label, columns, rows, sort, keyOf, most }: Props<Row>) {
  const { by, isDescending } = sort.value;
  const { sortKey } = columns.find(({ title }) => title === by) ?? columns[0]!;
  const sorted = sortRows(rows, sortKey, isDescending).slice(0, most);
  return (
    <table class="facts sortable" aria-label={label}>
      <thead>
        <tr>
          {columns.map((column) => (
            <Heading key={column.title} column={column} rows={rows} sort={sort} />
          ))}
        </tr>
      </thead>
      <tbody>
        {sorted.map((row) => (
          <tr key={keyOf(row)}>
            {columns.map(({ title, class: name, show }, place) =>
              place === 0 ? (
                <th key={title} scope="row" class={name}>
                  {show(row)}
                </th>
              ) : (
                <td key={title} class={name}>
                  {show(row)}
                </td>
              ),
            )}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Heading<Row>({
  column: { title, hint, class: name, sortKey },
  rows,
  sort,
}: Pick<Props<Row>, "rows" | "sort"> & { readonly column: Column<Row> }) {
  const { by, isDescending } = sort.value;
  const direction = by !== title ? "none" : isDescending ? "descending" : "ascending";
  const sortByThis = () => {
    const isOfNumbers = rows[0] !== undefined && typeof sortKey(rows[0]) === "number";
    sort.value = { by: title, isDescending: by === title ? !isDescending : isOfNumbers };
  };
  return (
    <th scope="col" class={name} aria-sort={direction} title={hint}>
      <button type="button" onClick={sortByThis}>
        {title}
        <span aria-hidden="true">{{ none: "", descending: " ↓", ascending: " ↑" }[direction]}</span>
      </button>
    </th>
  );
}

export function sortRows<Row>(
  rows: readonly Row[],
  sortKey: (row: Row) => string | number,
  isDescending: boolean,
): Row[] {
  const sign = isDescending ? -1 : 1;
  const isLast = (value: string | number) => Number(Number.isNaN(value));
  return [...rows].sort((first, second) => {
    const [a, b] = [sortKey(first), sortKey(second)];
    if (isLast(a) || isLast(b)) return isLast(a) - isLast(b);
    const order = typeof a === "number" && typeof b === "number" ? a - b : compareNames(String(a), String(b));
    return sign * order;
  });
}
