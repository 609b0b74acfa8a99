/** How a mask is read if nobody says so: each kind of PNG, without a legend and with legends of colours, ids or both. */
import { describe, expect, it } from "vitest";
import { encodingFor, naturalEncoding } from "../../src/decode/register/ids.js";
import { parseLegend } from "../../src/legend/index.js";
import { encodePng } from "../support/encode-png.mjs";

const pngOf = (colourType: 0 | 2 | 3 | 4 | 6, channels: number): Uint8Array =>
  encodePng({
    ...{ width: 1, height: 1, colourType, bitDepth: 8, samples: new Uint8Array(channels) },
    palette: Uint8Array.of(0, 0, 0),
  });
const MASKS = {
  grey: pngOf(0, 1),
  RGB: pngOf(2, 3),
  palette: pngOf(3, 1),
  "grey with alpha": pngOf(4, 2),
  RGBA: pngOf(6, 4),
};

const LEGENDS = {
  ids: { 0: "road", 13: "car" },
  colours: { "#000000": "road", "#00008e": "car" },
  greys: { "#000000": "road", "#0d0d0d": "car" },
  // A grey image of this legend may have the ids 0 and 13. It has no blue.
  "colours and ids": { "(0, 0, 0)": 0, "(0, 0, 142)": 13 },
  "greys and ids": { "(0, 0, 0)": 0, "(200, 200, 200)": 13 },
  // No pixel has a colour that the legend lacks.
  "greys, an id without a colour": [
    { id: 0, name: "road", color: "#c8c8c8" },
    { id: 13, name: "car" },
  ],
};

describe("the natural encoding", () => {
  it.each([
    ["grey", "grey"],
    ["RGB", "colors"],
    ["palette", "palette-index"],
    ["grey with alpha", "grey"],
    ["RGBA", "colors"],
  ] as const)("of a mask that is %s is %s", (mask, encoding) => {
    expect(naturalEncoding(MASKS[mask])).toBe(encoding);
  });

  it("of a file that ends before its colour type is colors", () => {
    expect(naturalEncoding(MASKS.palette.subarray(0, 25))).toBe("colors");
    expect(naturalEncoding(new Uint8Array(0))).toBe("colors");
  });
});

describe("the encoding for a legend", () => {
  const encodingsFor = (legend: keyof typeof LEGENDS) => {
    const parsed = parseLegend(LEGENDS[legend]);
    return Object.values(MASKS).map((png) => encodingFor(png, parsed));
  };
  const COLORS = Array(5).fill("colors");

  it("of ids is the natural one of each mask", () => {
    expect(encodingsFor("ids")).toEqual(["grey", "colors", "palette-index", "grey", "colors"]);
  });

  it("of colours is colors for every mask", () => {
    expect(encodingsFor("colours")).toEqual(COLORS);
    expect(encodingsFor("greys")).toEqual(COLORS);
  });

  it("of colours and ids is grey for grey masks, unless all of its colours are grey", () => {
    expect(encodingsFor("colours and ids")).toEqual(["grey", "colors", "colors", "grey", "colors"]);
    expect(encodingsFor("greys and ids")).toEqual(COLORS);
    expect(encodingsFor("greys, an id without a colour")).toEqual(COLORS);
  });
});
