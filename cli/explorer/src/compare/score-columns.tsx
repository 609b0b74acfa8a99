/** Columns that the tables of scores share. */
import { nameInText } from "../format.js";
import type { Column } from "../sortable-table.js";
import { formatFigure } from "./summary.js";

/** A bar of a share, and its figure. */
export function Bar({ share }: { readonly share: number }) {
  return (
    <>
      <span class="bar" style={{ width: Number.isNaN(share) ? "0" : `${share * 100}%` }} />
      {formatFigure(share)}
    </>
  );
}

/** The colour is the one in which the class is shown. */
export const CLASS_COLUMN: Column<{ readonly name: string; readonly color: string }> = {
  title: "Class",
  class: "cell-class",
  sortKey: ({ name }) => name,
  show: ({ name, color }) => (
    <>
      <span class="swatch" style={{ backgroundColor: color }} />
      <bdi class="name" title={nameInText(name)}>
        {name}
      </bdi>
    </>
  ),
};

export const IOU_COLUMN: Column<{ readonly iou: number }> = {
  title: "IoU",
  hint: "Intersection over union",
  class: "cell-bar",
  sortKey: ({ iou }) => iou,
  show: ({ iou }) => <Bar share={iou} />,
};

export const PQ_COLUMN: Column<{ readonly pq: number }> = {
  title: "PQ",
  hint: "Panoptic quality",
  sortKey: ({ pq }) => pq,
  show: ({ pq }) => formatFigure(pq),
};
