/** How long each step took and how much memory is used, as measured. */
import type { ComponentChildren } from "preact";
import type { DecodedMask } from "../decoding/protocol.js";
import { counted, formatBytes, formatMilliseconds, formatSpeed } from "../format.js";
import { valueCountOf } from "../stage/label-image.js";
import {
  drawMilliseconds,
  type OpenMask,
  rendererName,
  restMilliseconds,
  startMilliseconds,
  uploadMilliseconds,
} from "../state.js";

const PASSES_WITHOUT_RESULT = "decoded twice: without a result, the colours are listed first";

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
          name={pair.mask.isServed ? "Download all files" : "Read all files"}
          note={photo === null ? undefined : "including decoding the photo"}
        >
          {formatMilliseconds(read)}
        </Fact>
        <Fact
          name="Decode and measure"
          note={decoded.kind === "colours" ? PASSES_WITHOUT_RESULT : formatSpeed(pixels, decode)}
        >
          {formatMilliseconds(decode)}
        </Fact>
        {unknown > 0 && (
          <Fact name="Unknown colours" note="two more passes, because some pixels have no label">
            {formatMilliseconds(unknown)}
          </Fact>
        )}
        <Fact name="Decode, and wait" note="until the worker that decodes has started and answered">
          {formatMilliseconds(answered)}
        </Fact>
        <Fact name={isTexture ? "Upload and draw the texture" : "Time to the first frame"}>
          {upload === null ? "in progress" : formatMilliseconds(upload)}
        </Fact>
        <Fact
          name="Draw while moving"
          note={frames.length > 1 ? `half of the last ${frames.length} frames took less` : undefined}
        >
          {frames.length === 0 ? "none yet" : formatMilliseconds(median(frames))}
        </Fact>
        <Fact name="Draw at rest" note="in finer detail, over several frames if it takes long">
          {rest === null ? "none yet" : formatMilliseconds(rest)}
        </Fact>
        <Fact name="Start the worker" note="once: loads WebAssembly and all other code">
          {start === null ? "in progress" : formatMilliseconds(start)}
        </Fact>
      </Facts>
      <Facts title="Memory">
        <Fact name="PNG">{formatBytes(pngBytes)}</Fact>
        {result !== null && <Fact name="Result">{formatBytes(new TextEncoder().encode(result).length)}</Fact>}
        <Fact name="Label map" note={noteOfMap(decoded, isTexture)}>
          {formatBytes(mapBytes)}
        </Fact>
        <Fact name="The same as RGBA">{formatBytes(pixels * 4)}</Fact>
        {photo !== null && <Fact name="Photo, decoded">{formatBytes(photo.width * photo.height * 4)}</Fact>}
        <Fact
          name="Page heap"
          note={
            heap === undefined ? undefined : "as the browser reports it, without the worker and WebAssembly"
          }
        >
          {heap === undefined ? "not reported by this browser" : formatBytes(heap.usedJSHeapSize)}
        </Fact>
      </Facts>
    </>
  );
}

/** In which form the page has the map, and what the graphics card has. */
function noteOfMap(map: DecodedMask, isTexture: boolean): string {
  const pixelBytes = counted(valueCountOf(map) === 256 ? 1 : 2, "byte");
  const form =
    "words" in map
      ? `${counted(map.words.length - 2 * map.height, "run")} of equal labels, 4 bytes each`
      : `${pixelBytes} per pixel, because the runs of equal labels are too short`;
  return isTexture ? `${form}; on the graphics card, ${pixelBytes} per pixel` : form;
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
