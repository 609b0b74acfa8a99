/** The little SVG that the guides' diagrams are made of. White lies below, so that they can be read on a dark page too. */
const MARGIN = 16;

export function document(title, width, height, parts) {
  const size = `${-MARGIN} ${-MARGIN} ${width + 2 * MARGIN} ${height + 2 * MARGIN}`;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${size}" width="${width + 2 * MARGIN}" font-family="sans-serif" fill="#222">
<title>${title}</title>
<rect x="${-MARGIN}" y="${-MARGIN}" width="100%" height="100%" fill="#fff"/>
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
  return `<g font-size="${size}" text-anchor="middle">${drawn.join("")}</g>`;
}
