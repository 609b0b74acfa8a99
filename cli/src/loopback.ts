/// <reference types="node" />
/** An HTTP server that only this machine can reach. */

import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { invalid } from "labelmap/checks";

export interface Listening {
  /** `http://127.0.0.1:PORT` */
  readonly origin: string;
  /** Stops the server and cuts open connections. */
  readonly close: () => Promise<void>;
}

/** A port, or the port to use if it is free, and any free one otherwise. */
export type PortChoice = number | { readonly preferred: number };

/**
 * Starts a server on 127.0.0.1 only.
 * @param choice 0 chooses any free port.
 * @throws {DecodeError} OPTION_INVALID: the port cannot be used.
 */
export async function listen(choice: PortChoice, answer: RequestListener): Promise<Listening> {
  if (typeof choice === "number") return listenAt(choice, answer);
  return listenAt(choice.preferred, answer).catch(() => listenAt(0, answer));
}

function listenAt(port: number, answer: RequestListener): Promise<Listening> {
  const server = createServer(answer);
  const close = () =>
    new Promise<void>((done) => {
      server.close(() => done());
      server.closeAllConnections();
    });
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      reject(invalid(`port ${port} cannot be used (${error.code}); choose another, or 0 for any free port.`));
    });
    server.listen(port, "127.0.0.1", () => {
      resolve({ origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close });
    });
  });
}
