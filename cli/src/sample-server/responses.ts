/// <reference types="node" />
/** Answers of a server on loopback, both correct and broken ones. */
import type { ServerResponse } from "node:http";
import { setTimeout as wait } from "node:timers/promises";
import type { Faults } from "./faults.js";

export function answer(
  response: ServerResponse,
  status: number,
  body: string | Uint8Array,
  type = "text/plain",
): void {
  // An answer with status 204 must not have a length (RFC 9110, 8.6).
  const length = status === 204 ? {} : { "content-length": Buffer.byteLength(body) };
  response.writeHead(status, { "content-type": type, ...length }).end(body);
}

export function answerJson(response: ServerResponse, status: number, value: unknown): void {
  answer(response, status, JSON.stringify(value), "application/json");
}

/** Reports a failure as the vendor does: with status 400, whatever is wrong, and a code in the body. */
export function answerFailure(
  response: ServerResponse,
  code: string,
  message: string,
  { failureStatus = 400, retryAfter }: Faults = {},
): void {
  if (retryAfter !== undefined) response.setHeader("retry-after", retryAfter);
  answerJson(response, failureStatus, { success: false, error: { code, message } });
}

export function redirect(response: ServerResponse, location: string): void {
  response.writeHead(302, { location }).end();
}

/** Sends all bytes without `Content-Length`. */
export function sendChunked(response: ServerResponse, bytes: Uint8Array): void {
  response.writeHead(200, { "content-type": "image/png" }).end(bytes);
}

/** Announces all bytes, sends half of them, and cuts the connection. */
export function breakOff(response: ServerResponse, bytes: Uint8Array): void {
  response.writeHead(200, { "content-type": "image/png", "content-length": bytes.length });
  response.write(bytes.subarray(0, bytes.length >> 1), () => response.destroy());
}

/** Sends half of the bytes and then nothing more. */
export function stall(response: ServerResponse, bytes: Uint8Array): void {
  response.writeHead(200, { "content-type": "image/png" });
  response.write(bytes.subarray(0, bytes.length >> 1));
}

/** Sends all bytes in 20 pieces that arrive one by one. */
export async function drip(response: ServerResponse, bytes: Uint8Array): Promise<void> {
  response.writeHead(200, { "content-type": "image/png", "content-length": bytes.length });
  const size = Math.ceil(bytes.length / 20);
  for (let start = 0; start < bytes.length; start += size) {
    response.write(bytes.subarray(start, start + size));
    await wait(2);
  }
  response.end();
}

/** Sends one byte after the other, without end. */
export async function trickle(response: ServerResponse): Promise<void> {
  response.writeHead(200, { "content-type": "image/png" });
  while (!response.destroyed) {
    response.write("x");
    await wait(2);
  }
}

/** Announces half of the bytes, sends all of them, and closes the connection. */
export function understate(response: ServerResponse, bytes: Uint8Array): void {
  response.writeHead(200, {
    "content-type": "image/png",
    "content-length": bytes.length >> 1,
    connection: "close",
  });
  response.end(bytes);
}

/** Sends bytes until the client closes the connection. */
export function pour(response: ServerResponse, headers: Record<string, number> = {}): void {
  response.writeHead(200, { "content-type": "image/png", ...headers });
  const piece = Buffer.alloc(65536, 0x89);
  const more = () => {
    while (!response.destroyed && response.write(piece));
  };
  response.on("drain", more);
  more();
}
