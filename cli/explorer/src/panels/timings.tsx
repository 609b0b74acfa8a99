/** How long everything took and how much memory it needs, as measured, nothing rounded away. */
import type { ComponentChildren } from "preact";
import { formatBytes, formatMilliseconds, formatSpeed } from "../format.js";
import {
  drawMilliseconds,
  type OpenMask,
  rendererName,
  restMilliseconds,
  startMilliseconds,
  uploadMilliseconds,
} from "../state.js";

const PASSES_WITHOUT_RESULT = "decoded twice: without a result, its colours are listed first";

export function Timings({ mask: { pair, decoded, result, photo, read, answered } }: { mask: OpenMask }) {
  const { decode, unknown, mapBytes, pngBytes } = decoded.timings;
  const pixels = decoded.width * decoded.height;
  const start = startMilliseconds.value;
  const upload = uploadMilliseconds.value;
  const frames = drawMilliseconds.value;
  const rest = restMilliseconds.value;
  const isTexture = rendererName.value === "WebGL2";
  const heap = (performance as { readonly memory?: { readonly usedJSHeapSize: number } }).memory;
  return (
    <>
      <Facts title="Time">
        <Fact
          name={pair.mask.isServed ? "Download of all files" : "Reading of all files"}
          note={photo === null ? undefined : "the photo's unpacking included"}
        >
          {formatMilliseconds(read)}
        </Fact>
        <Fact
          name="Decode and measure"
          note={result === null ? PASSES_WITHOUT_RESULT : formatSpeed(pixels, decode)}
        >
          {formatMilliseconds(decode)}
        </Fact>
        {unknown > 0 && (
          <Fact name="Unknown colours" note="two more passes, since some pixels have no label">
            {formatMilliseconds(unknown)}
          </Fact>
        )}
        <Fact name="Until the page had it" note="with the way to the worker and back">
          {formatMilliseconds(answered)}
        </Fact>
        <Fact name={isTexture ? "Upload of the texture" : "Until the first frame"}>
          {upload === null ? "going on" : formatMilliseconds(upload)}
        </Fact>
        <Fact name="Draw while it moves, last frame">
          {frames.length === 0 ? "none yet" : formatMilliseconds(frames.at(-1)!)}
        </Fact>
        <Fact name={`Draw while it moves, median of ${frames.length}`}>
          {frames.length === 0 ? "none yet" : formatMilliseconds(median(frames))}
        </Fact>
        <Fact name="Draw at rest" note="more finely, over several frames if it takes long">
          {rest === null ? "none yet" : formatMilliseconds(rest)}
        </Fact>
        <Fact name="Start of the worker" note="once: WebAssembly and all code loaded on need">
          {start === null ? "going on" : formatMilliseconds(start)}
        </Fact>
      </Facts>
      <Facts title="Memory">
        <Fact name="PNG">{formatBytes(pngBytes)}</Fact>
        {result !== null && <Fact name="Result">{formatBytes(new TextEncoder().encode(result).length)}</Fact>}
        <Fact
          name="Label map"
          note={`${mapBytes / pixels} byte a pixel${isTexture ? ", and as much as texture" : ""}`}
        >
          {formatBytes(mapBytes)}
        </Fact>
        <Fact name="As RGBA it would be">{formatBytes(pixels * 4)}</Fact>
        {photo !== null && <Fact name="Photo, unpacked">{formatBytes(photo.width * photo.height * 4)}</Fact>}
        <Fact
          name="Heap of the page"
          note={
            heap === undefined ? undefined : "without the worker's and WebAssembly's, as told by the browser"
          }
        >
          {heap === undefined ? "not told by this browser" : formatBytes(heap.usedJSHeapSize)}
        </Fact>
      </Facts>
    </>
  );
}

function Facts({ title, children }: { title: string; children: ComponentChildren }) {
  return (
    <section>
      <h2>{title}</h2>
      <table class="facts">
        <tbody>{children}</tbody>
      </table>
    </section>
  );
}

function Fact({
  name,
  note,
  children,
}: {
  name: string;
  note?: string | undefined;
  children: ComponentChildren;
}) {
  return (
    <tr>
      <th scope="row">
        {name}
        {note !== undefined && <small>{note}</small>}
      </th>
      <td>{children}</td>
    </tr>
  );
}

function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
