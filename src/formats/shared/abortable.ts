/** Files that can no longer be read or written once a signal is aborted. So whatever works through them stops. */
import { checkSignal } from "../../checks/signal.js";
import type { SignalInput, SignalOptions } from "../../decode/input-types.js";
import type { FileSink, FileSource } from "../set.js";

/** Options of calls that work through many files. */
export interface AbortableOptions {
  /**
   * Stops the call, and later reads of what it returned, before the next file. The promise is then rejected with the
   * signal's reason.
   */
  readonly signal?: SignalOptions["signal"];
}

/** The source itself if there is no signal. @throws {DecodeError} OPTION_INVALID; the signal's reason */
export function abortableSource(source: FileSource, signal: SignalInput | undefined): FileSource {
  if (signal === undefined) return source;
  checkSignal(signal);
  return {
    async list() {
      signal.throwIfAborted();
      return source.list();
    },
    async read(path, first) {
      signal.throwIfAborted();
      return source.read(path, first);
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
      return sink.write(path, content);
    },
  };
}
