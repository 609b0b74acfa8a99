/** Runs commands of a project as npm runs its scripts: with the project's programs first on the path. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { delimiter, join } from "node:path";
import { stripVTControlCharacters } from "node:util";

/** Only a hang takes so long: the longest installs and builds need a minute. */
const MOST_MILLISECONDS = 600_000;
/** The end of what a command printed, for the message of its error. */
const KEPT_CHARACTERS = 4000;

/** A command that failed or hung. `output` is all that it printed. */
export class CommandError extends Error {
  constructor(command, ending, output) {
    super(`${command}: ${ending}\n${output.slice(-KEPT_CHARACTERS)}`);
    this.output = output;
  }
}

/**
 * @param {string} command for `sh`
 * @param {string} folder where it runs
 * @param {Record<string, string>} [env] further variables
 * @returns {Promise<string>} what it printed, errors included
 * @throws {CommandError}
 */
export async function runShell(command, folder, env = {}) {
  const running = start(command, folder, env);
  const timer = setTimeout(() => kill(running.child), MOST_MILLISECONDS);
  const [code, signal] = await once(running.child, "close");
  clearTimeout(timer);
  if (code !== 0) throw new CommandError(command, signal ?? `exit code ${code}`, running.output());
  return running.output();
}

/**
 * Starts a server on a free port, and waits until it answers.
 *
 * @param {string} command for `sh`, with `$PORT`
 * @returns {Promise<{ origin: string, output: () => string, close: () => Promise<void> }>}
 * @throws {CommandError} if it ends, or does not answer in time
 */
export async function startServer(command, folder) {
  const port = await freePort();
  const running = start(command, folder, { PORT: String(port) });
  const origin = `http://localhost:${port}`;
  const deadline = Date.now() + MOST_MILLISECONDS;
  const close = async () => {
    if (running.child.exitCode !== null || running.child.signalCode !== null) return;
    const ended = once(running.child, "close");
    kill(running.child);
    await ended;
  };
  for (;;) {
    const { exitCode, signalCode } = running.child;
    if (exitCode !== null || signalCode !== null) {
      throw new CommandError(command, signalCode ?? `exit code ${exitCode}`, running.output());
    }
    try {
      await fetch(origin);
      return { origin, output: running.output, close };
    } catch {
      if (Date.now() > deadline) {
        await close();
        throw new CommandError(command, "no answer", running.output());
      }
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
}

function start(command, folder, env) {
  const path = [join(folder, "node_modules/.bin"), process.env.PATH].join(delimiter);
  const child = spawn("sh", ["-c", command], {
    cwd: folder,
    env: { ...process.env, CI: "true", NEXT_TELEMETRY_DISABLED: "1", ...env, PATH: path },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true, // a group of its own, so that a hung command is killed with its children
  });
  const chunks = [];
  child.stdout.on("data", (chunk) => chunks.push(chunk));
  child.stderr.on("data", (chunk) => chunks.push(chunk));
  return { child, output: () => stripVTControlCharacters(Buffer.concat(chunks).toString()) };
}

function kill(child) {
  try {
    process.kill(-child.pid, "SIGKILL");
  } catch (error) {
    if (error.code !== "ESRCH") throw error; // it has just ended
  }
}

async function freePort() {
  const server = createServer().listen(0, "localhost");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}
