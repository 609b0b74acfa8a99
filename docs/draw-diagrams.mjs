/**
 * `npm run docs:pictures` (fourth part): the diagrams of how-it-works.md: how much there is of what in a mask, and what Paeth
 * guesses. The figures are counted here, in the fixture that draw.mjs shows.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { inflateSync } from "node:zlib";
import { decodeMask } from "labelmap";
import { idatOf } from "../bench/png.mjs";
import { document, grid, text } from "./svg.mjs";

const SAMPLE = new URL("../test/fixtures/masks/street-4k-rgba-adaptive", import.meta.url);
const path = (name) => new URL(name, import.meta.url);

drawPaeth();
await drawQuantities();

/** Three neighbours and the pixel that is guessed, for each way in which two of them can be equal. */
function drawPaeth() {
  const [A, B, C] = ["#8fc7ea", "#f0b429", "#d9664a"];
  const cases = [
    { title: "upLeft = up", guess: "left", cells: [A, A, B, B] },
    { title: "upLeft = left", guess: "up", cells: [A, B, A, B] },
    { title: "left = up", guess: "that", cells: [A, B, B, B] },
    { title: "all differ", guess: "compute", cells: [A, B, C, "#ffffff"] },
  ];
  const [cell, step] = [54, 160];
  const names = ["upLeft", "up", "left"];
  const parts = cases.map(({ title, guess, cells }, index) => {
    const squares = cells.map((fill, place) => ({
      fill,
      content: names[place] ?? (fill === "#ffffff" ? "?" : "guess"),
    }));
    return `<g transform="translate(${index * step} 0)">${text(cell, 14, title, { anchor: "middle", weight: 600 })}
<g transform="translate(0 26)">${grid(squares, 2, cell, 12)}<rect x="${cell}" y="${cell}" width="${cell}" height="${cell}" fill="none" stroke="#222" stroke-width="2.5"/></g>
${text(cell, 156, guess, { anchor: "middle" })}</g>`;
  });
  writeFileSync(
    path("how-it-works-paeth.svg"),
    document("What Paeth guesses", 3 * step + 2 * cell, 160, parts),
  );
}

/** Bars: from what a PNG decoder makes down to what is in the file. */
async function drawQuantities() {
  const png = readFileSync(new URL(`${SAMPLE}.png`));
  const result = JSON.parse(readFileSync(new URL(`${SAMPLE}.json`), "utf8"));
  const runs = await decodeMask(png, result, { target: { map: "runs" } });
  const { width, height, bandTops, bandRuns } = runs;
  let runsInRows = 0;
  for (let band = 0; band + 1 < bandTops.length; band++) {
    runsInRows += (bandTops[band + 1] - bandTops[band]) * (bandRuns[band + 1] - bandRuns[band]);
  }
  const filtered = inflateSync(idatOf(png)).length;
  const bars = [
    ["filtered bytes", filtered, "#b5b5b5"],
    ["pixels", width * height, "#b5b5b5"],
    ["bytes in the file", png.length, "#1f6fb2"],
    ["runs in all rows", runsInRows, "#1f6fb2"],
  ];
  const parts = bars.map(([name, count, fill], index) => {
    const length = (count / filtered) * 560;
    const y = index * 34;
    return `${text(140, y + 17, name, { anchor: "end" })}<rect x="150" y="${y}" width="${length}" height="24" fill="${fill}"/>
${text(158 + length, y + 17, count.toLocaleString("en"))}`;
  });
  writeFileSync(
    path("how-it-works-quantities.svg"),
    document("How much there is in a mask", 800, bars.length * 34 - 10, parts),
  );
}
