/** The look of the report: light or dark as the reader's system is, and readable on a telephone. */

/** The steps of the heat map: the background and the text, for light and dark. Each has a contrast of at least 4.5 : 1. */
const HEAT = [
  ["#eaf2fb", "#182534", "#000", "#fff"],
  ["#dbe9f8", "#1a2e47", "#000", "#fff"],
  ["#c6dcf3", "#1b3a5e", "#000", "#fff"],
  ["#a6caee", "#1c4878", "#000", "#fff"],
  ["#7fb2e5", "#245b98", "#000", "#fff"],
  ["#5898d8", "#2f71b9", "#000", "#fff"],
  ["#2468b3", "#5fa0e3", "#fff", "#000"],
  ["#144e93", "#8fc1f2", "#fff", "#000"],
  ["#0a3670", "#c0def9", "#fff", "#000"],
] as const;

const BASE = `
:root {
  color-scheme: light dark;
  --ground: light-dark(#f5f6f8, #14171b);
  --panel: light-dark(#fff, #1d2127);
  --raised: light-dark(#eef1f5, #272c34);
  --line: light-dark(#dfe3e8, #323843);
  --text: light-dark(#181b20, #e8ebef);
  --quiet: light-dark(#545c68, #a3adba);
  --accent: light-dark(#1a5fc4, #7db2ff);
  --bar: light-dark(#d3e3fa, #264065);
  --bad: light-dark(#b3261e, #ff9a94);
  --good: light-dark(#166c39, #6fd397);
  --notice: light-dark(#fff0d1, #3d300f);
  font: 15px/1.5 system-ui, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", sans-serif;
  color: var(--text);
  background: var(--ground);
}
*, *::before, *::after { box-sizing: border-box; }
body { max-width: 1180px; margin: 0 auto; padding: 32px 24px 48px; }
h1 { margin: 0 0 4px; font-size: 1.6em; line-height: 1.25; overflow-wrap: anywhere; }
h2 { margin: 0 0 12px; font-size: 1.1em; }
h3 { margin: 0; font-size: 1em; overflow-wrap: anywhere; }
p { margin: 0 0 8px; }
section { margin-top: 20px; padding: 20px; border: 1px solid var(--line); border-radius: 12px; background: var(--panel); }
.quiet { color: var(--quiet); }
.sources { margin: 0; color: var(--quiet); overflow-wrap: anywhere; }
.verdict { display: inline-block; margin: 12px 0 0; padding: 2px 12px; border: 1px solid; border-radius: 999px; font-weight: 600; }
.verdict.passed { color: var(--good); }
.verdict.failed { color: var(--bad); }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(140px, 1fr)); gap: 10px; margin: 20px 0 0; }
.tiles div { display: flex; flex-direction: column; justify-content: space-between; padding: 12px 14px; border: 1px solid var(--line); border-radius: 10px; background: var(--panel); }
.tiles dt { color: var(--quiet); font-size: 0.9em; }
.tiles dd { margin: 0; font-size: 1.5em; font-weight: 600; font-variant-numeric: tabular-nums; }
.notices { margin: 16px 0 0; padding: 12px 16px 12px 34px; border-radius: 10px; background: var(--notice); overflow-wrap: anywhere; }
.scroller { overflow: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
.figures { width: 100%; }
.figures th, .figures td { padding: 6px 8px; border-bottom: 1px solid var(--line); text-align: right; white-space: nowrap; }
.figures th { color: var(--quiet); font-weight: 500; font-size: 0.9em; }
.figures tbody th { color: var(--text); font-size: 1em; font-weight: 400; }
.figures :is(th, td):first-child { padding-left: 0; text-align: left; }
.figures :is(th, td):last-child { padding-right: 0; }
.figures tbody tr:last-child > * { border-bottom: 0; }
.figures tfoot > tr > * { border-top: 1px solid var(--line); border-bottom: 0; color: var(--text); font-size: 1em; font-weight: 600; }
.figures tbody th { max-width: 300px; overflow: hidden; text-overflow: ellipsis; }
.figures button { padding: 0; border: 0; background: none; font: inherit; color: inherit; cursor: pointer; white-space: nowrap; }
.figures button::after { content: " ↕"; opacity: 0.35; }
.figures [aria-sort="ascending"] button::after { content: " ↑"; opacity: 1; }
.figures [aria-sort="descending"] button::after { content: " ↓"; opacity: 1; }
.figures [aria-sort$="ing"] { color: var(--text); }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 2px; }
.swatch { display: inline-block; width: 12px; height: 12px; margin-right: 8px; border: 1px solid light-dark(rgb(0 0 0 / 25%), rgb(255 255 255 / 30%)); border-radius: 3px; vertical-align: -1px; }
.bar { position: relative; isolation: isolate; min-width: 110px; }
.bar::before { content: ""; position: absolute; z-index: -1; inset: 4px auto 4px 8px; width: calc((100% - 8px) * var(--share, 0)); border-radius: 3px; background: var(--bar); }
.matrix { border-collapse: separate; border-spacing: 2px; font-size: 0.8em; }
.matrix th { font-weight: 400; }
.matrix thead th { padding: 0 0 6px; vertical-align: bottom; }
.matrix thead th > span { display: block; max-height: 130px; margin: 0 auto; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; writing-mode: vertical-rl; transform: rotate(180deg); }
.matrix tbody th { position: sticky; left: 0; z-index: 1; max-width: 150px; padding-right: 8px; overflow: hidden; text-align: right; text-overflow: ellipsis; white-space: nowrap; background: var(--panel); }
.matrix td { min-width: 42px; height: 28px; padding: 0 2px; border-radius: 3px; text-align: center; white-space: nowrap; }
.matrix td.right { box-shadow: inset 0 0 0 1px light-dark(rgb(0 0 0 / 50%), rgb(255 255 255 / 65%)); }
.matrix .corner { min-width: 0; height: auto; padding: 0 8px 6px 0; text-align: right; vertical-align: bottom; }
[class*="heat-"] { forced-color-adjust: none; }
.heat-0 { background: var(--raised); }
.scale { display: flex; flex-wrap: wrap; align-items: center; gap: 2px; margin-top: 12px; font-size: 0.8em; }
.scale span[class] { padding: 1px 8px; border-radius: 3px; }
.scale .quiet { padding-left: 6px; }
.image { padding: 16px 0; border-top: 1px solid var(--line); }
.image:first-of-type { padding-top: 0; border-top: 0; }
.image:last-child { padding-bottom: 0; }
.image header { display: flex; flex-wrap: wrap; align-items: baseline; justify-content: space-between; gap: 2px 20px; margin-bottom: 10px; }
.image header p { margin: 0; color: var(--quiet); font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
.pictures { display: grid; grid-template-columns: repeat(auto-fit, minmax(220px, 1fr)); gap: 12px; }
figure { margin: 0; }
figure img { display: block; width: 100%; height: auto; max-height: 340px; object-fit: contain; object-position: left; border-radius: 6px; }
figure img.whole { image-rendering: pixelated; }
figcaption { margin-top: 4px; color: var(--quiet); font-size: 0.9em; }
.key { display: flex; flex-wrap: wrap; gap: 4px 18px; margin-bottom: 16px; color: var(--quiet); font-size: 0.9em; }
.key .swatch { margin-right: 6px; }
.key .different { background: #e5322d; }
.key .same { background: #b9bec6; }
.key .open { background: #5f87c4; }
.key .none { background: #14171c; }
footer { margin-top: 20px; color: var(--quiet); font-size: 0.9em; }
dl.terms { display: grid; grid-template-columns: max-content 1fr; gap: 2px 14px; margin: 0; }
dl.terms dt { font-weight: 600; color: var(--text); }
dl.terms dd { margin: 0; }
@media (max-width: 640px) {
  body { padding: 20px 12px 32px; }
  section { padding: 14px; }
  .tiles { grid-template-columns: repeat(2, 1fr); }
  .pictures { grid-template-columns: repeat(2, 1fr); gap: 8px; }
  .pictures figure:last-child { grid-column: 1 / -1; }
  .figures tbody th { position: sticky; left: 0; z-index: 1; max-width: 130px; background: var(--panel); }
  dl.terms { grid-template-columns: 1fr; }
  dl.terms dd { margin-bottom: 6px; }
}
@media print {
  body { max-width: none; }
  section { break-inside: auto; }
  .image { break-inside: avoid; }
}
`;

/** @param colors the colour of each class, `#rrggbb`. The page has no style attributes, which its policy forbids. */
export function styleOf(colors: readonly string[]): string {
  const heat = HEAT.map(
    ([light, dark, onLight, onDark], step) =>
      `.heat-${step + 1} { background: light-dark(${light}, ${dark}); color: light-dark(${onLight}, ${onDark}); }`,
  );
  const shares = Array.from(
    { length: 100 },
    (_, percent) => `.share-${percent + 1} { --share: ${(percent + 1) / 100}; }`,
  );
  const swatches = colors.map((color, place) => `.class-${place} { background: ${color}; }`);
  return [BASE, ...heat, ...shares, ...swatches].join("\n");
}
