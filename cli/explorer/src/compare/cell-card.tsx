/** Describes the pixel under the pointer, or the isolated pair of classes. */
import type { ComparedCell, ComparedMasks } from "../decoding/protocol.js";
import { formatCount, formatShare } from "../format.js";
import { cellPixels } from "./cell-pixels.js";
import { comparedColors, comparison, describedCell, pointedPixel } from "./compare-state.js";

export function CellCard() {
  const cell = describedCell.value;
  if (cell === null) {
    return (
      <div class="stage-strip stage-hint">
        <p>Point at the masks to inspect them. Click or tap to isolate.</p>
      </div>
    );
  }
  const compared = comparison.value!;
  const { row, column } = cell;
  const place = pointedPixel.value;
  return (
    <div class="stage-strip label-card">
      <div class="card-head">
        <h2>{verdict(cell, compared)}</h2>
        <p class="position">{place === null ? "isolated" : `x ${place.x}, y ${place.y}`}</p>
      </div>
      <dl>
        <div>
          <dt>Reference</dt>
          <dd>
            <ClassName compared={compared} place={row} />
          </dd>
        </div>
        <div>
          <dt>Other</dt>
          <dd>
            <ClassName compared={compared} place={column} />
          </dd>
        </div>
        {row < compared.classes.length && (
          <>
            <div>
              <dt>Pixels</dt>
              <dd>{formatCount(cellPixels(compared, row, column))}</dd>
            </div>
            <div>
              <dt>Of the row</dt>
              <dd>
                {formatShare(
                  cellPixels(compared, row, column),
                  compared.scores.classes[row]!.referencePixels,
                )}
              </dd>
            </div>
          </>
        )}
      </dl>
    </div>
  );
}

/** The same text for all pixels of a pair of classes, so that it is read out once. */
export function describeCell(): string {
  const [cell, compared] = [describedCell.value, comparison.value];
  if (cell === null || compared === null) return "";
  const nameOf = (place: number) => compared.classes[place]?.name ?? "none";
  return `${verdict(cell, compared)}: reference ${nameOf(cell.row)}, other ${nameOf(cell.column)}`;
}

/** The class, or both classes of pixels that differ. */
export function nameOfCell(place: number): string {
  const { cells, classes } = comparison.value!;
  const [from, to] = [cells[place]!.row, cells[place]!.column].map((of) => classes[of]?.name ?? "none");
  return from === to ? from! : `${from} → ${to}`;
}

function verdict({ row, column }: ComparedCell, { classes }: ComparedMasks): string {
  if (row === classes.length) return "Excluded from all figures";
  return row === column ? "Same class" : "Different";
}

function ClassName({ compared, place }: { compared: ComparedMasks; place: number }) {
  const entry = compared.classes[place];
  if (entry === undefined) return <>none</>;
  return (
    <>
      <span class="swatch" style={{ backgroundColor: comparedColors.value[place]! }} />{" "}
      <bdi>{entry.name}</bdi>
    </>
  );
}
