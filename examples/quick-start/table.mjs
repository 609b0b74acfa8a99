/** A table of labels for a terminal: colour swatch, class, instance, pixels, share, box. */

const COLUMNS = ["", "colour", "class", "instance", "pixels", "share", "box x,y w×h"];
const RIGHT = new Set(["instance", "pixels", "share"]);

/**
 * @param {import("labelmap").LabelMap} map
 * @param {{ color: boolean }} options whether the terminal shows 24-bit colour
 */
export function formatLabels(map, { color }) {
  const total = map.width * map.height;
  const share = (count) => `${((100 * count) / total).toFixed(2)} %`;
  const rows = map.labels.map((label) => [
    color ? swatch(label.color) : "",
    label.color,
    label.className,
    label.instanceIndex > 0 ? String(label.instanceIndex) : "stuff",
    String(label.pixelCount),
    share(label.pixelCount),
    label.bbox === null ? "none" : `${label.bbox[0]},${label.bbox[1]} ${label.bbox[2]}×${label.bbox[3]}`,
  ]);
  const { count } = map.unlabelled;
  rows.push(["", "", "unlabelled", "", String(count), share(count), ""]);

  const widths = COLUMNS.map((name, column) =>
    column === 0 ? (color ? 2 : 0) : Math.max(name.length, ...rows.map((row) => row[column].length)),
  );
  const line = (cells) =>
    cells
      .map((cell, column) => {
        if (column === 0) return cell.padEnd(widths[0]);
        return RIGHT.has(COLUMNS[column]) ? cell.padStart(widths[column]) : cell.padEnd(widths[column]);
      })
      .join("  ")
      .trimEnd();
  return [COLUMNS, ...rows].map(line).join("\n");
}

function swatch(color) {
  const channels = [1, 3, 5].map((start) => Number.parseInt(color.slice(start, start + 2), 16));
  return channels.some(Number.isNaN) ? "  " : `\x1b[48;2;${channels.join(";")}m  \x1b[0m`;
}
