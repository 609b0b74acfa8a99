/// <reference types="node" />
/** Answers of a server on loopback, whole ones and ones that go wrong on the wire. */
import type { ServerResponse } from "node:http";
import { setTimeout as wait } from "node:timers/promises";

export function answer(
  response: ServerResponse,
  status: number,
  body: string | Uint8Array,
  type = "text/plain",
): void {
  // No content, no length (RFC 9110, 8.6).
  const length = status === 204 ? {} : { "content-length": Buffer.byteLength(body) };
  response.writeHead(status, { "content-type": type, ...length }).end(body);
}

export function answerJson(response: ServerResponse, status: number, value: unknown): void {
  answer(response, status, JSON.stringify(value), "application/json");
}

export function redirect(response: ServerResponse, location: string): void {
  response.writeHead(302, { location }).end();
}

/** Sends all bytes without saying how many. */
export function sendChunked(response: ServerResponse, bytes: Uint8Array): void {
  response.writeHead(200, { "content-type": "image/png" }).end(bytes);
}

/** Promises all bytes, sends half, and hangs up. */
export function breakOff(response: ServerResponse, bytes: Uint8Array): void {
  response.writeHead(200, { "content-type": "image/png", "content-length": bytes.length });
  response.write(bytes.subarray(0, bytes.length >> 1), () => response.destroy());
}

/** Sends half and then nothing more. */
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

/** Promises half of the bytes, sends them all, and hangs up. */
export function understate(response: ServerResponse, bytes: Uint8Array): void {
  response.writeHead(200, {
    "content-type": "image/png",
    "content-length": bytes.length >> 1,
    connection: "close",
  });
  response.end(bytes);
}

/** Sends for as long as anybody listens. */
export function pour(response: ServerResponse, headers: Record<string, number> = {}): void {
  response.writeHead(200, { "content-type": "image/png", ...headers });
  const piece = Buffer.alloc(65536, 0x89);
  const more = () => {
    while (!response.destroyed && response.write(piece));
  };
  response.on("drain", more);
  more();
}
