/**
 * Checks what must hold for any bytes: the result is a typed error, or labels on which both engines agree. Either both
 * engines fail or neither does, but their errors may differ, since they check things in a different order.
 */

/** Enough pixels for every path, but decoded in milliseconds. */
export const MAX_PIXELS = 2 ** 18;

/** Colours that filters easily turn into each other: each channel has one of five values. */
export const LEVELS = [0, 1, 127, 128, 255];
export const LEGEND = Object.fromEntries(
  LEVELS.flatMap((red) =>
    LEVELS.flatMap((green) => LEVELS.map((blue) => Buffer.of(red, green, blue).toString("hex"))),
  )
    // Every third colour is left out, so that some colours are unknown.
    .filter((_, index) => index % 3 > 0)
    .map((color, index) => [`#${color}`, `class ${index}`]),
);

/**
 * @param {{ decodeMaskSync: Function, LabelMapError: Function }} library initialised
 * @param {Uint8Array} png
 * @returns {{ outcome: string, finding: string | null }} `outcome`: "labels", or the error without its numbers
 */
export function judge({ decodeMaskSync, LabelMapError }, png) {
  const run = (engine) => {
    try {
      const map = decodeMaskSync(png, LEGEND, { engine, maxPixels: MAX_PIXELS });
      const opaque = decodeMaskSync(png, LEGEND, {
        transparent: "unlabelled",
        engine,
        maxPixels: MAX_PIXELS,
      });
      const [runs, labels] = decodeMaskSync(png, LEGEND, {
        ...targetsFrom(png),
        engine,
        maxPixels: MAX_PIXELS,
      });
      return { map, opaque, runs, labels };
    } catch (error) {
      return { error };
    }
  };
  const auto = run("auto");
  const upng = run("upng");
  const outcome = auto.error ? kindOf(auto.error) : "labels";
  return { outcome, finding: disagreement(auto, upng, LabelMapError) };
}

/** Options for other outputs of the same file: runs and narrow labels, snapped. The file's last bytes say the size. */
function targetsFrom(png) {
  const [width, height] = [png.at(-20) ?? 0, png.at(-19) ?? 0].map((byte) => 1 + (byte % 50));
  return {
    resize: { width, height },
    snap: { maxDistance: 30 },
    target: [{ map: "runs" }, { map: "label", dtype: "uint16" }],
  };
}

/** An error's code. Defects of the stream share one code, so the message is added; it quotes no bytes of the file. */
function kindOf({ code, message }) {
  return code === "PNG_DATA" ? `${code} ${message.replace(/\d+/g, "#")}` : String(code);
}

function disagreement(auto, upng, LabelMapError) {
  for (const { error } of [auto, upng]) {
    if (error && !(error instanceof LabelMapError)) return `not a LabelMapError: ${error.stack ?? error}`;
    if (error && !/^PNG_/.test(error.code)) return `an error that is not about the file: ${error.message}`;
  }
  if (auto.error && upng.error) return null;
  if (auto.error) return `only auto fails: ${auto.error.message}`;
  if (upng.error) return `only upng fails: ${upng.error.message}`;
  const [data, other] = [auto.map.data, upng.map.data];
  const place = data.findIndex((label, index) => label !== other[index]);
  if (place >= 0) return `pixel ${place}: label ${data[place]}, with upng ${other[place]}`;
  const [said, otherSaid] = [auto, upng].map(({ map, opaque, runs, labels }) =>
    JSON.stringify([
      [map.width, map.height, map.labels, map.unlabelled, map.issues],
      [[...opaque.data], opaque.labels, opaque.unlabelled, opaque.issues],
      [[...runs.toDense().data], [...labels.data], labels.labels, labels.snapped, labels.issues],
    ]),
  );
  return said === otherSaid
    ? null
    : `counts, boxes, colours, issues or targets differ: ${said}, with upng ${otherSaid}`;
}
