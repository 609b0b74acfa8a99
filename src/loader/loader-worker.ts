/**
 * `labelmap/loader/worker`: the code of a loader's worker, in Node and in pages. The loader starts it by itself. Import it in
 * a worker of your own if your bundler does not find it, or if it has functions for `steps`; see the option `worker` of
 * `loadMasks`.
 */

import "../decode/register/all.js";
import { init } from "../decode/decode.js";
import { checkDecodeOptions } from "../decode/decode-options.js";
import { encodingOf } from "../decode/encodings/table.js";
import { DEFAULT_LIMITS } from "../decode/limits.js";
import { decodeJob } from "./decode-job.js";
import { toPlainError } from "./load-error.js";
import { type AnswerPort, nodeModule } from "./node-modules.js";
import {
  type Answered,
  type FromWorker,
  type Job,
  type JobAnswer,
  type JobItem,
  type SentSettings,
  sendAnswer,
  type ToWorker,
  transferOf,
} from "./protocol.js";
import type { ReadItem } from "./read-item.js";
import { readFileBytes } from "./read-png-bytes.js";
import { type JobSettings, receiveResult, receiveSettings } from "./settings.js";
import { checkFunctions } from "./steps.js";

export { addStep, type StepContext, type StepFunction } from "./steps.js";

/** The settings, once they are checked and the decoder is loaded. */
let settings: Promise<JobSettings>;
/** Where the answers go; `null`: into the messages. */
let answers: AnswerPort | null;

const post = listen((message) => {
  if (message.kind === "settings") {
    settings = prepare(message.settings);
    ({ answers } = message);
    settings.then(
      () => post({ kind: "ready" }, []),
      (error) => post({ kind: "refused", error: toPlainError(error) }, []),
    );
  } else {
    settings
      .then((known) => {
        const answer = turns[0].then(() => run(message.job, known));
        turns.push(answer.catch(() => {}));
        turns.shift();
        return answer;
      })
      .then((answer) => {
        const pngs = message.job.items.flatMap(({ png }) => (ArrayBuffer.isView(png) ? [png.buffer] : []));
        send({ id: message.id, answer: sendAnswer(answer), pngs }, [...transferOf(answer), ...pngs]);
      })
      // The settings were refused, and the loader knows it. Anything else must not pass in silence, nor may an answer that
      // cannot be sent: the loader would wait for it forever.
      .catch((error) =>
        settings.then(
          () => rethrow(error),
          () => {},
        ),
      );
  }
});

function send(answered: Answered, transfer: ArrayBuffer[]): void {
  const { id } = answered;
  answers?.postMessage(answered, transfer);
  post({ kind: "done", id, answered: answers === null ? answered : null }, answers === null ? transfer : []);
}

/** Listens to the loader, and returns the way to answer it. */
function listen(
  onMessage: (message: ToWorker) => void,
): (message: FromWorker, transfer: ArrayBuffer[]) => void {
  const port = "WorkerGlobalScope" in globalThis ? null : nodeModule("node:worker_threads")?.parentPort;
  if (port) {
    port.on("message", onMessage);
    return (message, transfer) => port.postMessage(message, transfer);
  }
  const scope = globalThis.self as unknown as Worker | undefined;
  if (scope === undefined) throw new Error("labelmap/loader/worker runs in a worker only");
  scope.addEventListener("message", ({ data }) => onMessage(data));
  return (message, transfer) => scope.postMessage(message, transfer);
}

function rethrow(error: unknown): void {
  setTimeout(() => {
    throw error;
  });
}

async function prepare(sent: SentSettings): Promise<JobSettings> {
  await init();
  const received = receiveSettings(sent);
  checkDecodeOptions({ ...received.options, target: received.targets });
  if (received.options.encoding !== undefined) encodingOf(received.options.encoding);
  checkFunctions(received.steps);
  return received;
}

/** While one job is decoded, the files of the next one are read. More would only open more files at the same time. */
const turns: [Promise<unknown>, Promise<unknown>] = [Promise.resolve(), Promise.resolve()];

async function run(job: Job, known: JobSettings): Promise<JobAnswer> {
  const maxBytes = known.options.maxBytes ?? DEFAULT_LIMITS.maxBytes;
  const items = await Promise.all(job.items.map((item) => read(item, maxBytes)));
  return decodeJob(items, known, job.spare);
}

async function read({ name, place, png, result }: JobItem, maxBytes: number): Promise<ReadItem> {
  const legend = result === null ? undefined : receiveResult(result);
  if (typeof png !== "string") return { name, place, png, result: legend };
  try {
    return { name, place, png: await readFileBytes(new URL(png), maxBytes), result: legend };
  } catch (error) {
    return { name, place, png: { error: toPlainError(error) }, result: legend };
  }
}
