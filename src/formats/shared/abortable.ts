/** Files that can no longer be read or written once a signal is aborted. So whatever works through them stops. */
import { checkSignal } from "../../checks/signal.js";
import type { SignalInput } from "../../decode/input-types.js";
import type { FileSink, FileSource } from "../set.js";

export type { AbortableOptions } from "../set.js";

/** The source itself if there is no signal. @throws {DecodeError} OPTION_INVALID; the signal's reason */
export function abortableSource(source: FileSource, signal: SignalInput | undefined): FileSource {
  if (signal === undefined) return source;
  checkSignal(signal);
  const unlessAborted = <T>(result: T): T => {
    signal.throwIfAborted();
    return result;
  };
  return {
    async list() {
      signal.throwIfAborted();
      return unlessAborted(await source.list());
    },
    async read(path, first) {
      signal.throwIfAborted();
      return unlessAborted(await source.read(path, first));
    },
  };
}

/** The sink itself if there is no signal. @throws {DecodeError} OPTION_INVALID; the signal's reason */
export function abortableSink(sink: FileSink, signal: SignalInput | undefined): FileSink {
  if (signal === undefined) return sink;
  checkSignal(signal);
  return {
    async write(path, content) {
      signal.throwIfAborted();
      await sink.write(path, content);
      signal.throwIfAborted();
    },
  };
}
