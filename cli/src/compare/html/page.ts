/// <reference types="node" />
/**
 * The report of a comparison as one HTML file. It loads nothing: pictures are in it, and its policy allows only its own
 * style and script. Names that come from the data are escaped by `html`.
 */

import { createHash } from "node:crypto";
import { version } from "labelmap";
import { counted } from "labelmap/checks";
import { FORMATS } from "labelmap/formats";
import { formatScore } from "../describe.js";
import type { Score, SideSummary, Summary, WorstRow } from "../summary.js";
import { html, Markup } from "./markup.js";
import { noticeList } from "./notice-list.js";
import type { Pictures } from "./pictures.js";
import { SORT_SCRIPT } from "./sort-script.js";
import { styleOf } from "./style.js";
import { classSection, confusionSection, supercategorySection } from "./tables.js";

export interface PageOptions {
  /** The colour of each class, in the order of `summary.classes`. */
  readonly colors: readonly string[];
  /** The pictures of the first of the worst images. */
  readonly pictures: readonly Pictures[];
}

/** @returns the text of the file */
export function renderPage(summary: Summary, { colors, pictures }: PageOptions): string {
  const { truth, prediction, images, failUnder, passed } = summary;
  const style = `\n${styleOf(colors)}`;
  const policy = `default-src 'none'; img-src data:; style-src ${hashOf(style)}; script-src ${hashOf(SORT_SCRIPT)}; base-uri 'none'; form-action 'none'`;
  const verdict =
    failUnder === null
      ? ""
      : passed
        ? html`<p class="verdict passed">Passed: the mean IoU is at least ${failUnder}</p>`
        : html`<p class="verdict failed">Failed: the mean IoU is below ${failUnder}</p>`;
  return html`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8" />
<meta http-equiv="Content-Security-Policy" content="${policy}" />
<meta name="viewport" content="width=device-width, initial-scale=1" />
<meta name="color-scheme" content="light dark" />
<title>${prediction.source} compared with ${truth.source}</title>
<style>${new Markup(style)}</style>
</head>
<body>
<header>
<h1><bdi>${prediction.source}</bdi> compared with <bdi>${truth.source}</bdi></h1>
<p class="sources">${counted(images, "image")} · truth: ${describeSide(truth)} · prediction: ${describeSide(prediction)}</p>
${verdict}
${tiles(summary)}
${noticeList(summary)}
</header>
<main>
${classSection(summary)}
${supercategorySection(summary)}
${confusionSection(summary)}
${worstSection(summary, pictures)}
${terms(summary)}
</main>
<footer>Made by labelmap compare, version ${version}.</footer>
${new Markup(`<script>${SORT_SCRIPT}</script>`)}
</body>
</html>
`.text;
}

/** For the content security policy: the hash of a style or a script that is allowed. */
function hashOf(text: string): string {
  return `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
}

function describeSide({ format, images }: SideSummary): string {
  const title = FORMATS.find(({ name }) => name === format)?.title ?? format;
  return `${title}, ${counted(images, "image")}`;
}

function tiles({ means, panoptic, hasObjects }: Summary): Markup {
  const figures: (readonly [name: string, value: Score])[] = [
    ["Mean IoU", means.iou],
    ["Mean Dice", means.dice],
    ["Mean boundary IoU", means.boundaryIoU],
    ["Pixel accuracy", means.pixelAccuracy],
    ...(hasObjects
      ? ([
          ["PQ", panoptic.all.pq],
          ["PQ of things", panoptic.things.pq],
          ["PQ of stuff", panoptic.stuff.pq],
        ] as const)
      : []),
  ];
  return html`<dl class="tiles">${figures.map(([name, value]) => html`<div><dt>${name}</dt><dd>${formatScore(value)}</dd></div>`)}</dl>`;
}

function worstSection({ worst, images, hasObjects }: Summary, pictures: readonly Pictures[]): Markup | "" {
  if (worst.length === 0) return "";
  const title =
    worst.length < images ? `The worst ${worst.length} of ${images} images` : "Images, the worst first";
  return html`<section>
<h2>${title}</h2>
<div class="key"><span><span class="swatch different"></span>different</span><span><span class="swatch same"></span>same</span><span><span class="swatch open"></span>no label in the truth, not judged</span><span><span class="swatch none"></span>no label in this mask</span></div>
${worst.map((image, place) => worstImage(image, pictures[place], hasObjects))}
${pictures.length < worst.length ? html`<p class="quiet">Only the first ${pictures.length} have pictures.</p>` : ""}
</section>`;
}

function worstImage(image: WorstRow, pictures: Pictures | undefined, hasObjects: boolean): Markup {
  const { name, meanIoU, pixelAccuracy, meanBoundaryIoU, pq, lowestClass, lowestIoU } = image;
  const figures = [
    `mean IoU ${formatScore(meanIoU)}`,
    `pixel accuracy ${formatScore(pixelAccuracy)}`,
    `boundary IoU ${formatScore(meanBoundaryIoU)}`,
    ...(hasObjects ? [`PQ ${formatScore(pq)}`] : []),
    `lowest: ${lowestClass} ${formatScore(lowestIoU)}`,
  ].join(" · ");
  return html`<article class="image">
<header><h3><bdi>${name}</bdi></h3><p>${figures}</p></header>
${pictures === undefined ? "" : html`<div class="pictures">${picture("Truth", name, pictures.truth, pictures)}${picture("Prediction", name, pictures.prediction, pictures)}${picture("Difference", name, pictures.difference, pictures)}</div>`}
</article>
`;
}

function picture(
  title: string,
  name: string,
  png: Uint8Array,
  { width, height, isReduced }: Pictures,
): Markup {
  const data = Buffer.from(png.buffer, png.byteOffset, png.byteLength).toString("base64");
  return html`<figure><img class="${isReduced ? "reduced" : "whole"}" src="data:image/png;base64,${data}" width="${width}" height="${height}" alt="${title} of ${name}" /><figcaption>${title}</figcaption></figure>`;
}

function terms({ boundaryRatio, hasObjects }: Summary): Markup {
  const entries: (readonly [string, string])[] = [
    ["IoU", "Intersection over union: right pixels, divided by the pixels that the class has in either map."],
    [
      "Precision, recall",
      "The share of predicted pixels that are right, and the share of true pixels that are found.",
    ],
    ["Dice", "2 × right pixels, divided by the sum of true and predicted pixels. Also called F1 score."],
    [
      "Boundary IoU",
      `The IoU of the pixels that are near an edge of the class (Cheng et al. 2021). Near is ${Number((boundaryRatio * 100).toPrecision(6))} % of the image's diagonal.`,
    ],
    ...(hasObjects
      ? [
          [
            "PQ = SQ × RQ",
            "Panoptic quality (Kirillov et al. 2019): the mean IoU of the objects that are found, times the F1 score of finding them.",
          ] as const,
        ]
      : []),
    [
      "Means",
      "Each is the mean over the classes for which the score is defined. Pixels without a label in the truth count nowhere.",
    ],
  ];
  return html`<section>
<h2>Terms</h2>
<dl class="terms">${entries.map(([term, meaning]) => html`<dt>${term}</dt><dd class="quiet">${meaning}</dd>`)}</dl>
</section>`;
}
