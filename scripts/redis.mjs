/** Finds a Redis server for the tests of the cluster. */
import { spawnSync } from "node:child_process";

/** @returns {string | undefined} a command */
export function findRedisServer() {
  return ["redis-server", "valkey-server"].find((command) => spawnSync(command, ["--version"]).status === 0);
}
