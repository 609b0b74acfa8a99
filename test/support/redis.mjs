/**
 * Starts a real Redis server on a free loopback port, with a password. It keeps its data in its own folder, so it can
 * be killed and started again.
 */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findRedisServer } from "../../scripts/redis.mjs";

export async function startRedis(password) {
  const folder = mkdtempSync(join(tmpdir(), "labelmap-redis-"));
  const port = await freePort();
  let server;
  const start = async () => {
    server = spawn(findRedisServer(), ["-"], { stdio: ["pipe", "pipe", "inherit"] });
    const config = [
      "bind 127.0.0.1",
      `port ${port}`,
      `dir ${folder}`,
      "appendonly yes",
      `requirepass ${JSON.stringify(password)}`,
    ];
    server.stdin.end(`${config.join("\n")}\n`);
    let printed = "";
    for await (const text of server.stdout.setEncoding("utf8").iterator({ destroyOnReturn: false })) {
      printed += text;
      if (printed.includes("Ready to accept connections")) {
        server.stdout.resume();
        return;
      }
    }
    throw new Error(`redis-server did not start: ${printed}`);
  };
  const kill = () =>
    new Promise((resolve) => {
      server.once("exit", resolve);
      server.kill("SIGKILL");
    });
  await start();
  return {
    folder,
    port,
    url: `redis://:${encodeURIComponent(password)}@127.0.0.1:${port}`,
    start,
    kill,
    /** The server keeps its connections but does not answer until `thaw`. */
    freeze: () => void server.kill("SIGSTOP"),
    thaw: () => void server.kill("SIGCONT"),
    stop: async () => {
      await kill();
      rmSync(folder, { recursive: true });
    },
  };
}

function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
