/// <reference types="node" />
/** A server of HTTP that only this machine can reach. */

import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { invalid } from "labelmap/checks";

export interface Listening {
  /** `http://127.0.0.1:PORT` */
  readonly origin: string;
  /** Stops, and cuts what is under way. */
  readonly close: () => Promise<void>;
}

/**
 * Serves on 127.0.0.1 only.
 * @param port 0 is any that is free.
 * @throws {DecodeError} OPTION_INVALID: the port cannot be had.
 */
export function listen(port: number, answer: RequestListener): Promise<Listening> {
  const server = createServer(answer);
  const close = () =>
    new Promise<void>((done) => {
      server.close(() => done());
      server.closeAllConnections();
    });
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      reject(invalid(`port ${port} cannot be listened on (${error.code}); give another, or 0 for any.`));
    });
    server.listen(port, "127.0.0.1", () => {
      resolve({ origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close });
    });
  });
}
