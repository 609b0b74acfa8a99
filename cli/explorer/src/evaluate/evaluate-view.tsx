/** Two folders: a table of their pairs, the worst first, and the figures of each class over all pairs. */
import { signal } from "@preact/signals";
import { choosePair } from "../compare/compare-state.js";
import { Bar, CLASS_COLUMN, IOU_COLUMN, PQ_COLUMN } from "../compare/score-columns.js";
import { formatFigure, Tile } from "../compare/summary.js";
import type { EvaluatedClass, SetScores } from "../decoding/protocol.js";
import { counted, formatCount, nameInText } from "../format.js";
import { type Column, SortableTable, type TableSort } from "../sortable-table.js";
import { view } from "../state.js";
import {
  allFolders,
  chooseFolder,
  type EvaluatedPair,
  evaluatedColors,
  evaluation,
  type FailedPair,
  folders,
  paired,
} from "./evaluate-state.js";
import type { Folders, InFolder } from "./folder-pairs.js";
import { runEvaluation, stopEvaluation } from "./run-evaluation.js";
import "./evaluate.css";

export { folders } from "./evaluate-state.js";

/** Rows of a table or lines of a list. */
const MOST_SHOWN = 200;
const MOST_NAMED = 5;

export function EvaluateView() {
  const known = evaluation.value;
  return (
    <div class="one-mask evaluate-view">
      <section class="evaluated" aria-label="Pairs of masks">
        <Head />
        <div class="tab-panel">
          {known === null && <FoundPairs />}
          {known !== null && known.failures.length > 0 && <Failures failures={known.failures} />}
          {known !== null && known.rows.length > 0 && <Pairs rows={known.rows} />}
        </div>
      </section>
      <aside class="side" aria-label="About the evaluation">
        <div class="tab-panel">
          {known === null || known.set === null ? (
            <p class="quiet">
              The figures of all pairs will be here. All of them come from labelmap/compare.
            </p>
          ) : (
            <Figures set={known.set} />
          )}
        </div>
      </aside>
    </div>
  );
}

function Head() {
  const masks = paired.value;
  if (masks === null) {
    return (
      <div class="mask-header">
        <h1>Evaluate</h1>
        <p>
          Open two folders that hold masks of the same names, such as <code>truth/street.png</code> and{" "}
          <code>model/street.png</code>.
        </p>
      </div>
    );
  }
  const { reference, other } = folders.value!;
  const known = evaluation.value;
  const isRunning = known?.isRunning === true;
  const count = masks.pairs.length;
  const done = known === null ? 0 : known.rows.length + known.failures.length;
  return (
    <div class="mask-header mask-choice">
      <h1>Evaluate</h1>
      <div class="mask-choices">
        <FolderChoice side="reference" title="Reference" />
        <button
          type="button"
          class="button icon"
          aria-label="Swap reference and other"
          title="Swap reference and other"
          onClick={() => chooseFolder("reference", other)}
        >
          ⇄
        </button>
        <FolderChoice side="other" title="Other" />
      </div>
      {count === 0 && <p>No mask of one folder has the name of a mask of the other.</p>}
      <OnlyIn folder={reference} masks={masks.onlyIn[0]} />
      <OnlyIn folder={other} masks={masks.onlyIn[1]} />
      <div class="evaluate-action">
        <button
          type="button"
          class="button primary"
          disabled={count === 0}
          onClick={() => (isRunning ? stopEvaluation() : runEvaluation(masks))}
        >
          {isRunning ? "Stop" : `Compare ${counted(count, "pair")}`}
        </button>
        {isRunning && <progress aria-label="Pairs compared" max={count} value={done} />}
        {isRunning && (
          <span class="quiet">
            {done} of {count}
          </span>
        )}
        <p class="quiet" role="status">
          {known !== null &&
            !isRunning &&
            `${known.rows.length} of ${counted(count, "pair")} compared, ${counted(known.failures.length, "error")}.`}
        </p>
      </div>
    </div>
  );
}

/** Which pairs are going to be compared. */
function FoundPairs() {
  const found = paired.value?.pairs ?? [];
  if (found.length === 0) return null;
  return (
    <section>
      <h2>
        Pairs <span class="count">{found.length}</span>
      </h2>
      <ul class="found-pairs" aria-label="Pairs that were found">
        {found.slice(0, MOST_SHOWN).map(([{ name, pair: reference }, { pair: other }]) => (
          <li key={name}>
            <OpenButton pair={{ name, reference, other }} />
          </li>
        ))}
      </ul>
      <More count={found.length} />
    </section>
  );
}

function FolderChoice({ side, title }: { readonly side: keyof Folders; readonly title: string }) {
  return (
    <label>
      <span class="quiet">{title}</span>
      <select
        aria-label={`${title} folder`}
        value={folders.value![side]}
        onChange={({ currentTarget }) => chooseFolder(side, currentTarget.value)}
      >
        {allFolders.value.map((folder) => (
          <option key={folder}>{folder}</option>
        ))}
      </select>
    </label>
  );
}

function OnlyIn({ folder, masks }: { readonly folder: string; readonly masks: readonly InFolder[] }) {
  if (masks.length === 0) return null;
  const names = masks.slice(0, MOST_NAMED).map(({ name }) => nameInText(name));
  const more = masks.length > MOST_NAMED ? " …" : "";
  return (
    <p class="quiet">
      {counted(masks.length, "mask")} only in <bdi>{folder}</bdi>: {names.join(", ")}
      {more}
    </p>
  );
}

type MasksOfPair = Pick<EvaluatedPair, "name" | "reference" | "other">;

function OpenButton({ pair: { name, reference, other } }: { readonly pair: MasksOfPair }) {
  return (
    <button
      type="button"
      class="class-button"
      title={`Compare the masks of ${nameInText(name)}`}
      onClick={() => {
        choosePair(reference, other);
        view.value = "compare";
      }}
    >
      <bdi>{name}</bdi>
    </button>
  );
}

function Failures({ failures }: { readonly failures: readonly FailedPair[] }) {
  return (
    <section>
      <h2>
        Not compared <span class="count">{failures.length}</span>
      </h2>
      <ul class="issues failures">
        {failures.slice(0, MOST_SHOWN).map((pair) => (
          <li key={pair.name}>
            <OpenButton pair={pair} />
            <p>{pair.message}</p>
            <code>{pair.code}</code>
          </li>
        ))}
      </ul>
      <More count={failures.length} />
    </section>
  );
}

const pairSort = signal<TableSort>({ by: "Mean IoU", isDescending: false });

const PAIR_COLUMNS: readonly Column<EvaluatedPair>[] = [
  {
    title: "Image",
    class: "cell-class",
    sortKey: ({ name }) => name,
    show: (pair) => <OpenButton pair={pair} />,
  },
  {
    title: "Mean IoU",
    class: "cell-bar",
    sortKey: ({ meanIoU }) => meanIoU,
    show: ({ meanIoU }) => <Bar share={meanIoU} />,
  },
  {
    title: "Boundary",
    hint: "Mean boundary IoU: of the pixels near the edges of a class",
    sortKey: ({ meanBoundaryIoU }) => meanBoundaryIoU,
    show: ({ meanBoundaryIoU }) => formatFigure(meanBoundaryIoU),
  },
  PQ_COLUMN,
  {
    title: "Lowest class",
    hint: "The class with the lowest IoU",
    class: "cell-lowest",
    sortKey: ({ lowest }) => lowest?.name ?? "",
    show: ({ lowest }) =>
      lowest !== null &&
      lowest.iou < 1 && (
        <>
          <span class="swatch" style={{ backgroundColor: evaluatedColors.value.get(lowest.name) }} />
          <bdi>{lowest.name}</bdi>
        </>
      ),
  },
];

function Pairs({ rows }: { readonly rows: readonly EvaluatedPair[] }) {
  return (
    <section>
      <h2>Pairs</h2>
      <SortableTable
        label="Agreement by pair"
        columns={PAIR_COLUMNS}
        rows={rows}
        sort={pairSort}
        keyOf={({ name }) => name}
        most={MOST_SHOWN}
      />
      <More count={rows.length} />
    </section>
  );
}

function More({ count }: { readonly count: number }) {
  return count > MOST_SHOWN ? <p class="quiet">… and {formatCount(count - MOST_SHOWN)} more.</p> : null;
}

const classSort = signal<TableSort>({ by: "IoU", isDescending: false });

const CLASS_COLUMNS: readonly Column<EvaluatedClass>[] = [
  CLASS_COLUMN,
  IOU_COLUMN,
  {
    title: "Boundary",
    hint: "Boundary IoU: of the pixels near the edges of the class",
    sortKey: ({ boundaryIoU }) => boundaryIoU,
    show: ({ boundaryIoU }) => formatFigure(boundaryIoU),
  },
  PQ_COLUMN,
  {
    title: "Pixels",
    hint: "In the reference",
    class: "cell-count",
    sortKey: ({ referencePixels }) => referencePixels,
    show: ({ referencePixels }) => formatCount(referencePixels),
  },
];

function Figures({ set }: { readonly set: SetScores }) {
  const colors = evaluatedColors.value;
  return (
    <>
      <section aria-label="Figures">
        <dl class="tiles">
          <Tile name="Mean IoU" value={set.meanIoU} />
          <Tile name="PQ" value={set.pq} />
          <Tile name="Boundary IoU" value={set.meanBoundaryIoU} />
          <Tile name="Pixel accuracy" value={set.pixelAccuracy} />
        </dl>
      </section>
      <section>
        <h2>Classes</h2>
        <SortableTable
          label="Agreement by class"
          columns={CLASS_COLUMNS}
          rows={set.classes.map((entry) => ({ ...entry, color: colors.get(entry.name)! }))}
          sort={classSort}
          keyOf={({ name }) => name}
        />
      </section>
    </>
  );
}
