/** How well the two masks agree in each class. */
import { signal } from "@preact/signals";
import type { ClassScores } from "labelmap/compare";
import type { ComparedClass, ComparedMasks } from "../decoding/protocol.js";
import { formatCount } from "../format.js";
import { type Column, SortableTable, type TableSort } from "../sortable-table.js";
import { comparedColors } from "./compare-state.js";
import { CLASS_COLUMN, IOU_COLUMN, PQ_COLUMN } from "./score-columns.js";
import { formatFigure } from "./summary.js";

type Row = ClassScores & ComparedClass;

const sort = signal<TableSort>({ by: "IoU", isDescending: false });

const COLUMNS: readonly Column<Row>[] = [
  CLASS_COLUMN,
  IOU_COLUMN,
  {
    title: "Accuracy",
    hint: "Share of the reference's pixels that are correct",
    sortKey: ({ accuracy }) => accuracy,
    show: ({ accuracy }) => formatFigure(accuracy),
  },
  PQ_COLUMN,
  {
    title: "Pixels",
    hint: "In the reference",
    sortKey: ({ referencePixels }) => referencePixels,
    show: ({ referencePixels }) => formatCount(referencePixels),
  },
];

export function ClassTable({ compared: { classes, scores } }: { compared: ComparedMasks }) {
  const colors = comparedColors.value;
  const rows = scores.classes.map((entry, place) => ({
    ...entry,
    ...classes[place]!,
    color: colors[place]!,
  }));
  return (
    <section>
      <h2>Classes</h2>
      <SortableTable
        label="Agreement by class"
        columns={COLUMNS}
        rows={rows}
        sort={sort}
        keyOf={({ name }) => name}
      />
    </section>
  );
}
