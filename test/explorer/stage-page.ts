/** A page with only the explorer's stage, built from the source. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import type { Page } from "playwright-core";
import { inBarePage, itInChromium } from "../browser/bare-page.js";
import { FIXTURES } from "../support/corpus.mjs";

const SCRIPT = `
  import { h, render } from "preact";
  import { createCanvasRenderer } from "./canvas-renderer.js";
  import { createWebGLRenderer } from "./webgl-renderer.js";
  import { Stage } from "./stage.jsx";
  import { asRuns } from "../../../../test/explorer/as-runs.js";
  import css from "./stage.css";

  document.head.append(Object.assign(document.createElement("style"), {
    textContent: css + "body { margin: 0 } .stage { width: 600px; height: 400px }",
  }));
  const root = document.body.appendChild(document.createElement("div"));
  const told = { points: [], picks: [], frames: [], uploads: [], renderers: [] };
  let props = {
    label: "a mask", image: null, palette: new Uint8Array(1024), photo: null, opacity: 1, outlined: -1,
    background: [10, 20, 30], flyTo: null, onFlight: () => {}, isolated: null,
    onPoint: (...point) => told.points.push(point), onPick: (label) => told.picks.push(label),
    onFrame: (milliseconds) => told.frames.push(milliseconds),
    onUploaded: (milliseconds) => told.uploads.push(milliseconds),
    onRenderer: (name, isLost) => told.renderers.push(isLost ? name + " after a loss" : name),
  };
  const show = (changes) => { props = { ...props, ...changes }; render(h(Stage, props), root); };

  // All that a draw needs to be told about how it looks, apart from the background.
  const look = { opacity: 1, outlined: -1, lineWidth: 1, edgeWidth: 0, brightness: 1 };

  // Squares of 8 pixels with their own values, and a palette of many colours.
  const squares = (width, height, Type, values) => {
    const data = new Type(width * height);
    for (let y = 0, at = 0; y < height; y++) {
      for (let x = 0; x < width; x++, at++) data[at] = ((x >> 3) * 7 + (y >> 3) * 131 + ((x * y) & 1)) % values;
    }
    return { width, height, data };
  };
  // Like a mask: long runs of different lengths, and equal rows next to each other.
  const calm = (width, height, Type, values) => {
    const data = new Type(width * height);
    let seed = 1;
    const below = (limit) => {
      seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
      return Math.floor((seed / 2 ** 32) * limit);
    };
    for (let y = 0; y < height; ) {
      const row = data.subarray(y * width, (y + 1) * width);
      for (let x = 0; x < width; ) {
        const length = 1 + below(below(8) === 0 ? 3 : 300);
        row.fill(below(values), x, x + length);
        x += length;
      }
      for (const end = Math.min(height, y + 1 + below(5)); ++y < end; ) data.set(row, y * width);
    }
    return { width, height, data };
  };
  const colors = (count, isClear) => Uint8Array.from({ length: count * 4 }, (_, at) =>
    at % 4 < 3 ? (at * 2654435761) >>> 24 : isClear && at % 3 === 0 ? at % 256 : 255);

  // Frame by frame; only a hang reaches the limit.
  const until = async (isDone) => {
    for (const end = performance.now() + 60_000; !isDone(); ) {
      if (performance.now() > end) throw new Error("It never comes: " + isDone);
      await new Promise(requestAnimationFrame);
    }
  };
  // Waits until something was drawn, and nothing more for a while and for many frames. A picture at rest is drawn in
  // parts, one a frame, and is reported when it is whole.
  const rest = async () => {
    let seen = 0;
    let [drawnAt, frames] = [performance.now(), 0];
    await until(() => {
      if (seen === told.frames.length) frames++;
      else [seen, drawnAt, frames] = [told.frames.length, performance.now(), 0];
      return seen > 0 && frames >= 30 && performance.now() - drawnAt >= 400;
    });
  };
  window.stage = {
    createCanvasRenderer, createWebGLRenderer, show, asRuns, calm, told, squares, colors, look, until, rest,
  };`;

/** What the page offers to tests. */
export interface StagePage {
  createCanvasRenderer(): Renderer;
  createWebGLRenderer(needsDraw: () => void, onLost?: () => void): Renderer;
  show(changes: Partial<StageProps>): void;
  told: {
    points: [number, number, number][];
    picks: number[];
    frames: number[];
    uploads: number[];
    renderers: string[];
  };
  squares(
    width: number,
    height: number,
    Type: Uint8ArrayConstructor | Uint16ArrayConstructor,
    values: number,
  ): PixelImage;
  calm(
    width: number,
    height: number,
    Type: Uint8ArrayConstructor | Uint16ArrayConstructor,
    values: number,
  ): PixelImage;
  asRuns(image: PixelImage): RunImage;
  colors(count: number, isClear?: boolean): Uint8Array;
  look: { opacity: number; outlined: number; lineWidth: number; edgeWidth: number; brightness: number };
  until(isDone: () => boolean): Promise<void>;
  rest(): Promise<void>;
}
type Renderer = import("../../cli/explorer/src/stage/renderer.js").Renderer;
type LabelImage = import("../../cli/explorer/src/stage/label-image.js").LabelImage;
type PixelImage = import("../../cli/explorer/src/stage/label-image.js").PixelImage;
type RunImage = import("../../cli/explorer/src/stage/label-image.js").RunImage;
/** Written out, since these tests are not compiled as JSX. */
interface StageProps {
  renderer: "WebGL2" | "canvas";
  image: LabelImage | null;
  palette: Uint8Array;
  opacity: number;
  outlined: number;
  flyTo: Target | null;
  isolated: Target | null;
}
type Target = import("../../cli/explorer/src/stage/fit-labels.js").Target;

declare global {
  interface Window {
    stage: StagePage;
  }
}

let built: Promise<string> | undefined;

/** The page's script. A test file builds it once. */
function stageScript(): Promise<string> {
  built ??= buildStagePage();
  return built;
}

/** A test on this page in Chromium. */
export function onStage(name: string, work: (page: Page) => Promise<void>): void {
  itInChromium(name, async () => inBarePage(FIXTURES, await stageScript(), work));
}

/** Serves this page, for browsers that take only addresses. */
export async function serveStage(): Promise<{ readonly address: string; close(): void }> {
  const script = await stageScript();
  const server = createServer((_, response) => {
    response.setHeader("content-type", "text/html");
    response.end(`<!doctype html><title>test</title><body></body><script type="module">${script}</script>`);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return { address: `http://127.0.0.1:${port}/`, close: () => void server.close() };
}

async function buildStagePage(): Promise<string> {
  const resolveDir = fileURLToPath(new URL("../../cli/explorer/src/stage", import.meta.url));
  const { outputFiles } = await build({
    stdin: { contents: SCRIPT, resolveDir, loader: "js" },
    bundle: true,
    write: false,
    format: "esm",
    target: "es2022",
    jsx: "automatic",
    jsxImportSource: "preact",
    loader: { ".css": "text" },
    // The style sheet is imported as text, above.
    logOverride: { "ignored-bare-import": "silent" },
  });
  return outputFiles[0]!.text;
}
