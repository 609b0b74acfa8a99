/** The most labels that the page shows, and what it says about more. */
import { expect, it } from "vitest";
import { decode } from "../../cli/explorer/src/decoding/decode.js";
import { errorAdvice } from "../../cli/explorer/src/decoding/error-advice.js";
import { valueAt } from "../../cli/explorer/src/stage/label-image.js";
import { encodePng } from "../support/encode-png.mjs";

/** A grey mask with this many ids. */
function maskOf(count: number) {
  const samples = Uint16Array.from({ length: 2 ** 16 }, (_, pixel) => Math.min(pixel, count - 1));
  const png = encodePng({ width: 256, height: 256, colourType: 0, bitDepth: 16, samples, filter: 0 });
  return { name: "ids", png: new Uint8Array(png), result: null, resultName: null, reading: {} };
}

it("shows 65,535 labels, each with its own value", async () => {
  const decoded = await decode(maskOf(65_535));
  expect([decoded.labels.length, decoded.unlistedPixels]).toEqual([65_535, 0]);
  for (const [x, y] of [
    [0, 0],
    [254, 255],
    [255, 255],
  ] as const) {
    expect(decoded.labels[valueAt(decoded, x, y)]!.classId).toBe(Math.min(y * 256 + x, 65_534));
  }
});

it("refuses more with a reason that is about the page", async () => {
  await expect(decode(maskOf(65_536))).rejects.toMatchObject({
    code: "TOO_MANY_LABELS",
    message: "The mask has 65,536 labels; this page shows up to 65,535.",
  });
  expect(errorAdvice("TOO_MANY_LABELS")).toContain("labelmap decode");
});
