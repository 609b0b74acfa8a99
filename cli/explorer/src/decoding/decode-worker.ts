/** The worker. It answers one request at a time, so that two masks are in memory together only if they have to be. */
import "labelmap/all";
import { ClassList, init, LabelMapError } from "labelmap";
import { bufferOf } from "../stage/label-image.js";
import { CodedError } from "./coded-error.js";
import { compareMasks } from "./compare-masks.js";
import { decode } from "./decode.js";
import { evaluatePair } from "./evaluate-pair.js";
import { exportFile } from "./export-file.js";
import type { PlainError, ReplyMessage, RequestKind, RequestMessage, Requests } from "./protocol.js";
import { labelmapTxtOf, readLegendDocument } from "./read-legend.js";
import { drawThumbnail } from "./thumbnail.js";

/** What answers each kind of request, and which buffers of the reply are transferred. */
const HANDLERS: { readonly [K in RequestKind]: Handler<K> } = {
  start: { answer: start, buffersOf: () => [] },
  classes: { answer: async (json) => ClassList.fromJSON(json).toJSON(), buffersOf: () => [] },
  decode: { answer: decode, buffersOf: (mask) => [bufferOf(mask)] },
  legend: { answer: readLegendDocument, buffersOf: () => [] },
  labelmapTxt: { answer: labelmapTxtOf, buffersOf: () => [] },
  thumbnail: { answer: drawThumbnail, buffersOf: ({ picture }) => [picture.png.buffer] },
  compare: { answer: compareMasks, buffersOf: (masks) => [bufferOf(masks)] },
  evaluate: { answer: evaluatePair, buffersOf: () => [] },
  export: { answer: exportFile, buffersOf: ({ buffer }) => [buffer] },
};

interface Handler<K extends RequestKind> {
  answer(ask: Requests[K]["ask"]): Promise<Requests[K]["reply"]>;
  buffersOf(reply: Requests[K]["reply"]): ArrayBuffer[];
}

let turn: Promise<void> = Promise.resolve();
self.onmessage = ({ data }: MessageEvent<RequestMessage>) => {
  turn = turn.then(() => answer(data));
};
// Says that the script runs.
self.postMessage(null);

async function answer<K extends RequestKind>({ id, kind, ask }: RequestMessage<K>): Promise<void> {
  const send = (message: ReplyMessage<K>, buffers: ArrayBuffer[]) =>
    self.postMessage(message, { transfer: buffers });
  try {
    const handler: Handler<K> = HANDLERS[kind];
    const reply = await handler.answer(ask);
    send({ id, reply }, handler.buffersOf(reply));
  } catch (error) {
    send({ id, error: plainError(error) }, []);
  }
}

async function start(): Promise<number> {
  const started = performance.now();
  await init();
  return performance.now() - started;
}

function plainError(error: unknown): PlainError {
  if (error instanceof LabelMapError || error instanceof CodedError) {
    return { code: error.code, message: error.message };
  }
  return { code: "INTERNAL", message: error instanceof Error ? error.message : String(error) };
}
