/** The report of `labelmap/dataset` on all masks: how often each class occurs, and which problems there are. */
import { signal } from "@preact/signals";
import type { ClassOccurrence, DatasetReportJSON } from "labelmap/dataset";
import type { ComponentChildren } from "preact";
import { colorsOfClasses, maskColorOf } from "../coloring.js";
import { counted, formatCount, formatShare, nameInText } from "../format.js";
import { type Column, SortableTable, type TableSort } from "../sortable-table.js";
import { pairs } from "../state.js";
import { progress, reportData } from "./dataset-state.js";
import { changeFilter, filter } from "./filter.js";
import { ProblemButton } from "./filter-bar.js";
import { shownEncoding } from "./shown-encoding.js";

/** Rows of a table or lines of a list. */
const MOST_SHOWN = 200;

export function ReportPanel() {
  const report = reportData.value;
  const { done, withoutResult } = progress.value;
  const count = pairs.value.length;
  const { failures, omitted } = report;
  return (
    <>
      <div class="mask-header dataset-header">
        <h1>{counted(count, "mask")}</h1>
        <p class="quiet">
          {formatCount(report.pixels)} pixels · {counted(report.classes.length, "class", "classes")}
          {withoutResult > 0 && ` · ${formatCount(withoutResult)} without a result, not counted`}
        </p>
        {done < count && (
          <label class="dataset-progress quiet">
            {done} of {count} read
            <progress max={count} value={done} />
          </label>
        )}
      </div>
      <div class="tab-panel">
        {failures.length > 0 && (
          <section>
            <h2>
              Broken masks <span class="count">{failures.length + omitted.failures}</span>{" "}
              <ProblemButton problem="broken" title="Show broken masks" />
            </h2>
            <ul class="issues failures">
              {failures.map(({ id, code, message }) => (
                <li key={id}>
                  <p>
                    <strong>
                      <bdi>{id}</bdi>:
                    </strong>{" "}
                    {message}
                  </p>
                  {code !== "OTHER" && <code>{code}</code>}
                </li>
              ))}
            </ul>
            {omitted.failures > 0 && <p class="quiet">… and {formatCount(omitted.failures)} more.</p>}
          </section>
        )}
        {report.images > 0 && <Classes report={report} />}
        <Odd report={report} />
      </div>
    </>
  );
}

const sort = signal<TableSort>({ by: "Pixels", isDescending: true });

function Classes({ report }: { report: DatasetReportJSON }) {
  const most = Math.max(...report.classes.map(({ pixels }) => pixels));
  const shown = report.classes.slice(0, MOST_SHOWN);
  const colors = colorsOfClasses(
    { encoding: shownEncoding() },
    shown.map(({ className }) => ({ name: className, color: maskColorOf(className) })),
  );
  const colorOf = new Map(shown.map(({ className }, place) => [className, colors[place]!]));
  const columns: readonly Column<ClassOccurrence>[] = [
    {
      title: "Class",
      class: "cell-class",
      sortKey: ({ className }) => className,
      show: ({ className }) => (
        <>
          <span class="swatch" style={{ backgroundColor: colorOf.get(className) }} />
          <ClassButton className={className} />
        </>
      ),
    },
    {
      title: "Pixels",
      class: "cell-bar",
      sortKey: ({ pixels }) => pixels,
      show: ({ pixels }) => <Bar part={pixels} whole={most} text={formatCount(pixels)} />,
    },
    {
      title: "Share",
      class: "cell-share",
      sortKey: ({ pixels }) => pixels,
      show: ({ pixels }) => formatShare(pixels, report.pixels),
    },
    {
      title: "Images",
      class: "cell-bar",
      hint: "Images in which the class has pixels",
      sortKey: ({ images }) => images,
      show: ({ images }) => <Bar part={images} whole={report.images} text={formatCount(images)} />,
    },
    {
      title: "Objects",
      hint: "Numbered objects that have pixels",
      sortKey: ({ instances }) => instances,
      show: ({ instances }) => (instances === 0 ? "–" : formatCount(instances)),
    },
  ];
  const rest = report.classes.length - MOST_SHOWN + report.omitted.classes;
  return (
    <section>
      <h2>Classes</h2>
      <SortableTable
        label="Pixels and images of each class"
        columns={columns}
        rows={shown}
        sort={sort}
        keyOf={({ className }) => className}
      />
      {rest > 0 && <p class="quiet">… and {formatCount(rest)} more, with fewer pixels.</p>}
    </section>
  );
}

/** Lists only the masks with this class; pressed again, all of them. */
function ClassButton({ className }: { className: string }) {
  const isPressed = filter.value.className === className;
  return (
    <button
      type="button"
      class="class-button"
      title={isPressed ? "Show all masks" : `Show the masks with ${nameInText(className)}`}
      aria-pressed={isPressed}
      onClick={() => changeFilter({ className: isPressed ? null : className })}
    >
      <bdi>{className}</bdi>
    </button>
  );
}

function Bar({ part, whole, text }: { part: number; whole: number; text: string }) {
  return (
    <>
      <span class="bar" style={{ width: part === 0 ? "0" : `${(100 * part) / whole}%` }} />
      {text}
    </>
  );
}

function Odd({ report }: { report: DatasetReportJSON }) {
  const { unlabelled, similarNames, colorConflicts, issues, emptyLegendEntries } = report;
  const hasOdd =
    unlabelled.pixels + similarNames.length + colorConflicts.length + issues.length + emptyLegendEntries > 0;
  if (!hasOdd) return null;
  return (
    <section>
      <h2>Problems in the data set</h2>
      <ul class="issues">
        {unlabelled.pixels > 0 && (
          <Item>
            {formatCount(unlabelled.pixels)} pixels ({formatShare(unlabelled.share, 1)}) of{" "}
            {counted(unlabelled.images, "image")} have colours missing from the legend, most of them in{" "}
            {unlabelled.worst[0]!.id}.{" "}
            <ProblemButton problem="unknown" title="Show masks with unknown colours" />
          </Item>
        )}
        {similarNames.length > 0 && (
          <Item>Nearly identical names: {similarNames.map((names) => names.join(", ")).join("; ")}.</Item>
        )}
        {colorConflicts.length > 0 && (
          <Item>
            {counted(colorConflicts.length, "colour")} with more than one meaning, such as{" "}
            {colorConflicts[0]!.color}:{" "}
            {colorConflicts[0]!.classes
              .map(({ className, firstImage }) => `${className} (${firstImage})`)
              .join(", ")}
            .
          </Item>
        )}
        {issues.map(({ code, count, images, example }) => (
          <Item key={code}>
            <code>{code}</code> {counted(count, "time")} in {counted(images, "image")}, for example in{" "}
            {example.id}: {example.message}{" "}
            <ProblemButton problem={{ issue: code }} title={`Show masks with ${code}`} />
          </Item>
        ))}
        {emptyLegendEntries > 0 && (
          <Item>{counted(emptyLegendEntries, "legend entry", "legend entries")} without pixels.</Item>
        )}
      </ul>
    </section>
  );
}

function Item({ children }: { children: ComponentChildren }) {
  return (
    <li>
      <p>{children}</p>
    </li>
  );
}
