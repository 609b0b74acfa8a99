/** Real masks, decoded as the explorer decodes them and drawn by its two renderers: each pixel has its label. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { decode } from "../../cli/explorer/src/decoding/decode.js";
import { bufferOf } from "../../cli/explorer/src/stage/label-image.js";
import { decodeMask } from "../../src/all.js";
import { FIXTURES } from "../support/corpus.mjs";
import { onStage } from "./stage-page.js";

onStage("draws real masks from runs or pixels as from their labels", async (page) => {
  const forms: string[] = [];
  for (const [name, hasLegend] of [
    ["street-1080p-rgb-upng", true],
    ["instances-1080p-rgba-adaptive", true],
    ["street-500-rgb-interlaced", true],
    ["brush-511-grey", true],
    ["noise-160-rgba", true],
    ["objects-101-grey-1-bit", false],
    ["../public/grey-16-bit-ids", false],
  ] as const) {
    const [png, result] = ["png", "json"].map((ending) => join(FIXTURES, `${name}.${ending}`)) as [
      string,
      string,
    ];
    const bytes = new Uint8Array(readFileSync(png));
    const { ...decoded } = await decode({
      name,
      png: bytes,
      result: hasLegend ? readFileSync(result, "utf8") : null,
      resultName: null,
      reading: {},
    });
    const { width, height } = decoded;
    const isRuns = "words" in decoded;
    forms.push(`${name}: ${isRuns ? "runs" : "pixels"}`);
    // By the library, which writes all pixels. The colours that the legend lacks have labels of their own here.
    const labels = await decodeMask(bytes, hasLegend ? readFileSync(result, "utf8") : null, {
      encoding: decoded.encoding,
    });
    const different = await page.evaluate(
      async ({ width, height, isRuns, wide, sent, labels, known }) => {
        const bytesOf = async (base64: string) =>
          (await fetch(`data:application/octet-stream;base64,${base64}`)).arrayBuffer();
        const { createCanvasRenderer, createWebGLRenderer, colors, look } = window.stage;
        const words = await bytesOf(sent);
        const valueCount = wide ? 65_536 : 256;
        const image = isRuns
          ? ({ width, height, words: new Uint32Array(words), valueCount } as const)
          : { width, height, data: wide ? new Uint16Array(words) : new Uint8Array(words) };
        const expected = new Int32Array(await bytesOf(labels));
        const palette = colors(valueCount);
        // One label is hidden, and one is dimmed.
        palette[7] = 0;
        palette[11] = 70;
        const found: string[] = [];
        const size = { width: 301, height: 203 };
        for (const make of [createCanvasRenderer, () => createWebGLRenderer(() => {})]) {
          const renderer = make();
          Object.assign(renderer.canvas, size);
          let isReady = false;
          renderer.setImage(image, () => {
            isReady = true;
          });
          renderer.setPalette(palette);
          const options = { ...look, background: [1, 2, 3], taps: 1, rows: [0, size.height] } as const;
          const pixels = (camera: { scale: number; x: number; y: number }, changes: object = {}) => {
            renderer.draw(camera, { ...options, ...changes });
            const context = new OffscreenCanvas(size.width, size.height).getContext("2d")!;
            context.drawImage(renderer.canvas, 0, 0);
            return context.getImageData(0, 0, size.width, size.height).data;
          };
          while (!isReady) pixels({ scale: 1, x: 0, y: 0 });
          // In windows of 1:1 over the whole mask: each pixel has its label's colour.
          for (let top = 0; top < height; top += size.height) {
            for (let left = 0; left < width; left += size.width) {
              const drawn = pixels({ scale: 1, x: left + size.width / 2, y: top + size.height / 2 });
              for (let y = top; y < Math.min(top + size.height, height); y++) {
                for (let x = left; x < Math.min(left + size.width, width); x++) {
                  const label = expected[y * width + x]!;
                  // Hidden labels are a checkerboard. Pixels without a label are drawn in a colour that no label has.
                  if (label === 1 || label === 2 || (label < 0 && known)) continue;
                  const value = label < 0 ? valueCount - 1 : label;
                  const at = ((y - top) * size.width + x - left) * 4;
                  if ([0, 1, 2].some((c) => drawn[at + c] !== palette[value * 4 + c]))
                    found.push(`${renderer.name} ${x},${y}: ${drawn.subarray(at, at + 3)}, label ${label}`);
                }
              }
            }
          }
          renderer.dispose();
        }
        return found.slice(0, 5);
      },
      {
        width,
        height,
        isRuns,
        wide: "words" in decoded ? decoded.valueCount === 65_536 : decoded.data instanceof Uint16Array,
        sent: Buffer.from(bufferOf(decoded)).toString("base64"),
        labels: Buffer.from(labels.data.buffer).toString("base64"),
        known: decoded.labels.some(({ isUnknown }) => isUnknown),
      },
    );
    expect(different, name).toEqual([]);
  }
  expect(forms).toEqual([
    "street-1080p-rgb-upng: runs",
    "instances-1080p-rgba-adaptive: runs",
    "street-500-rgb-interlaced: runs",
    "brush-511-grey: runs",
    "noise-160-rgba: pixels",
    "objects-101-grey-1-bit: runs",
    "../public/grey-16-bit-ids: pixels",
  ]);
});
