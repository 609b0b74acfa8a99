/** The tables of the report: figures by class, and the confusion matrix as a heat map. */

import { counted } from "labelmap/checks";
import { formatPercent, formatScore, seenClasses } from "../describe.js";
import type { Score, ScoresRow, Summary } from "../summary.js";
import { html, type Markup } from "./markup.js";

/** More cells would be too small to read. */
const MOST_IN_MATRIX = 40;
/** The least share of the row for each step's colour. Errors are small, so the first steps are too. */
const STEPS = [0, 0.001, 0.01, 0.03, 0.1, 0.25, 0.5, 0.75, 0.9] as const;

const numbers = new Intl.NumberFormat("en");

/** A row of the table, whether of a class or a supercategory. */
type Row = ScoresRow & { readonly boundaryIoU?: Score };

interface TableOptions {
  readonly title: string;
  readonly rows: readonly Row[];
  readonly hasObjects: boolean;
  /** The class of the swatch's style for each row; null if rows have no colours. */
  readonly swatchOf: ((row: Row) => string) | null;
  /** The last row; null if there is none. */
  readonly means: Summary["means"] | null;
  readonly panoptic: Summary["panoptic"]["all"];
}

const TITLES: readonly (readonly [title: string, hint: string, of: (row: Row) => Score | undefined])[] = [
  ["IoU", "Intersection over union", ({ iou }) => iou],
  ["Precision", "Share of the predicted pixels that are right", ({ precision }) => precision],
  ["Recall", "Share of the truth's pixels that are found", ({ recall }) => recall],
  ["Dice", "Dice coefficient, or F1 score", ({ dice }) => dice],
  ["Boundary IoU", "IoU of the pixels near edges", ({ boundaryIoU }) => boundaryIoU],
];
const QUALITIES: typeof TITLES = [
  ["PQ", "Panoptic quality", ({ pq }) => pq],
  ["SQ", "Segmentation quality", ({ sq }) => sq],
  ["RQ", "Recognition quality", ({ rq }) => rq],
];

function figuresTable({ title, rows, hasObjects, swatchOf, means, panoptic }: TableOptions): Markup {
  const hasBoundaries = rows.some(({ boundaryIoU }) => boundaryIoU !== undefined);
  const columns = [...(hasBoundaries ? TITLES : TITLES.slice(0, -1)), ...(hasObjects ? QUALITIES : [])];
  const body = rows.map((row) => {
    const swatch = swatchOf === null ? "" : html`<span class="swatch ${swatchOf(row)}"></span>`;
    const cells = columns.map(([, , of], place) => scoreCell(of(row) ?? null, place === 0));
    const pixels = [row.truthPixels, row.predictedPixels].map(
      (count) => html`<td data-key="${count}">${numbers.format(count)}</td>`,
    );
    return html`<tr><th scope="row" data-key="${row.name}" title="${row.name}">${swatch}<bdi>${row.name}</bdi></th>${cells}${pixels}</tr>\n`;
  });
  const meanRow = { ...means, ...panoptic } as unknown as Row;
  const foot =
    means === null
      ? ""
      : html`<tfoot><tr><th scope="row">Mean</th>${columns.map(([, , of], place) => scoreCell(of(meanRow) ?? null, place === 0))}<td></td><td></td></tr></tfoot>`;
  return html`<div class="scroller"><table class="figures sortable">
<thead><tr><th scope="col">${title}</th>${columns.map(([name, hint]) => html`<th scope="col" title="${hint}">${name}</th>`)}<th scope="col" title="Pixels in the truth">True pixels</th><th scope="col" title="Pixels in the prediction, where the truth has a class">Predicted</th></tr></thead>
<tbody>
${body}</tbody>
${foot}</table></div>`;
}

function scoreCell(value: Score, isBar: boolean): Markup {
  const share = value === null ? 0 : Math.round(value * 100);
  const look = !isBar ? "" : share === 0 ? html` class="bar"` : html` class="bar share-${share}"`;
  return html`<td${look} data-key="${value ?? ""}">${formatScore(value)}</td>`;
}

export function classSection(summary: Summary): Markup {
  const rows = seenClasses(summary);
  const unseen = summary.classes.length - rows.length;
  const placeOf = new Map(summary.classes.map(({ name }, place) => [name, place]));
  const isClass = summary.by === "class";
  const plural = isClass ? "classes" : "supercategories";
  return html`<section>
<h2>${isClass ? "Classes" : "Supercategories"}</h2>
${figuresTable({
  title: isClass ? "Class" : "Supercategory",
  rows,
  hasObjects: summary.hasObjects,
  swatchOf: ({ name }) => `class-${placeOf.get(name)}`,
  means: summary.means,
  panoptic: summary.panoptic.all,
})}
${unseen === 0 ? "" : html`<p class="quiet">${counted(unseen, `${summary.by} occurs`, `${plural} occur`)} in neither side.</p>`}
</section>`;
}

export function supercategorySection({ supercategories, hasObjects, panoptic }: Summary): Markup | "" {
  const rows = supercategories.filter(({ iou }) => iou !== null);
  if (rows.length === 0) return "";
  const table = figuresTable({
    ...{ title: "Supercategory", rows, hasObjects, swatchOf: null, means: null },
    panoptic: panoptic.all,
  });
  return html`<section>
<h2>Supercategories</h2>
<p class="quiet">All classes of a supercategory count as one class here.</p>
${table}
</section>`;
}

export function confusionSection(summary: Summary): Markup | "" {
  const { confusion, classes } = summary;
  const seen = classes
    .map(({ iou, truthPixels, predictedPixels }, place) => ({
      ...{ place, isSeen: iou !== null },
      pixels: truthPixels + predictedPixels,
    }))
    .filter(({ isSeen }) => isSeen);
  if (seen.length === 0) return "";
  const places = [...seen]
    .sort((a, b) => b.pixels - a.pixels)
    .slice(0, MOST_IN_MATRIX)
    .map(({ place }) => place)
    .sort((a, b) => a - b);
  const hasNone = confusion.unpredicted.some((pixels) => pixels > 0);
  const names = places.map((place) => confusion.classes[place]!);
  const head = (name: string) => html`<th scope="col" title="${name}"><span><bdi>${name}</bdi></span></th>`;
  const rows = places.map((row) => {
    const whole = classes[row]!.truthPixels;
    const cells = [
      ...places.map((column) => ({
        pixels: confusion.pixels[row]![column]!,
        name: confusion.classes[column]!,
        isRight: column === row,
      })),
      ...(hasNone ? [{ pixels: confusion.unpredicted[row]!, name: "no class", isRight: false }] : []),
    ];
    const name = confusion.classes[row]!;
    return html`<tr><th scope="row" title="${name}"><bdi>${name}</bdi></th>${cells.map((cell) => confusionCell(name, whole, cell))}</tr>\n`;
  });
  const hidden = seen.length - places.length;
  return html`<section>
<h2>Confusion matrix</h2>
<p class="quiet">Rows are the classes of the truth, columns the classes of the prediction. A cell has its share of the row in %.</p>
<div class="scroller"><table class="matrix">
<thead><tr><td class="corner quiet">truth ↓ prediction →</td>${names.map(head)}${hasNone ? head("no class") : ""}</tr></thead>
<tbody>
${rows}</tbody></table></div>
<div class="scale" aria-hidden="true">${STEPS.map((limit, step) => html`<span class="heat-${step + 1}">${step === 0 ? ">0" : limit * 100}</span>`)}<span class="quiet">% of the row or more</span></div>
${hidden === 0 ? "" : html`<p class="quiet">The ${places.length} classes with the most pixels are shown, and ${hidden} are not. --json has them all.</p>`}
</section>`;
}

function confusionCell(
  row: string,
  whole: number,
  { pixels, name, isRight }: { readonly pixels: number; readonly name: string; readonly isRight: boolean },
): Markup {
  const share = pixels / whole;
  const step = pixels === 0 ? 0 : STEPS.filter((limit) => share >= limit).length;
  const text = pixels === 0 ? "" : formatPercent(pixels, whole);
  const hint = `${row} → ${name}: ${numbers.format(pixels)} px${text === "" ? "" : `, ${text} %`}`;
  return html`<td class="heat-${step}${isRight ? " right" : ""}" title="${hint}">${text}</td>`;
}
