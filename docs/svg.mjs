/**
 * The little SVG that the guides' diagrams are made of. What is written follows the reader's light or dark scheme, and so does
 * the ground below it; cells are pale in both, and what stands in them is dark.
 */
const MARGIN = 16;
const STYLE = `
  text { fill: #24292f }
  .ground { fill: #fff }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3 }
    .ground { fill: #0d1117 }
  }
  .cells text { fill: #222 }`;

export function document(title, width, height, parts) {
  const size = `${-MARGIN} ${-MARGIN} ${width + 2 * MARGIN} ${height + 2 * MARGIN}`;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${size}" width="${width + 2 * MARGIN}" font-family="sans-serif">
<title>${title}</title>
<style>${STYLE}
</style>
<rect class="ground" x="${-MARGIN}" y="${-MARGIN}" width="100%" height="100%"/>
${parts.join("\n")}
</svg>
`;
}

export function text(x, y, content, { size = 14, weight = 400, anchor = "start" } = {}) {
  return `<text x="${x}" y="${y}" font-size="${size}" font-weight="${weight}" text-anchor="${anchor}">${content}</text>`;
}

/** Cells row by row, each with its fill and what stands in it. */
export function grid(cells, columns, cell, size) {
  const drawn = cells.map(({ fill, content }, place) => {
    const [x, y] = [(place % columns) * cell, Math.floor(place / columns) * cell];
    const square = `<rect x="${x}" y="${y}" width="${cell}" height="${cell}" fill="${fill}" stroke="#888" stroke-width=".6"/>`;
    return `${square}<text x="${x + cell / 2}" y="${y + cell / 2 + size * 0.36}">${content}</text>`;
  });
  return `<g class="cells" font-size="${size}" text-anchor="middle">${drawn.join("")}</g>`;
}
