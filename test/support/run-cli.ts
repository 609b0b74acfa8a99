/** Runs the built `labelmap` command in a process of its own, which is killed and run again where it hangs (run-node.ts). */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll } from "vitest";

export const CLI = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));

const MOST_MILLISECONDS = 30_000;
const TRIES = 3;

export interface CliOptions {
  readonly input?: Uint8Array | string;
  readonly cwd?: string;
  /** Default 30,000. */
  readonly mostMilliseconds?: number;
  /** Beside PATH, which is all that the command has of the tests' own environment. */
  readonly env?: Readonly<Record<string, string>>;
}

export interface CliRun {
  readonly code: number | null;
  readonly bytes: Buffer;
  readonly stdout: string;
  readonly stderr: string;
}

export function runCli(args: readonly string[], options: CliOptions = {}): CliRun {
  return runProgram(process.execPath, [CLI, ...args], options);
}

/** A line for a shell, in which `labelmap` is the command. */
export function runShell(line: string, options: CliOptions = {}): CliRun {
  return runProgram("sh", ["-c", `labelmap() { "${process.execPath}" "${CLI}" "$@"; }\n${line}`], options);
}

export function runProgram(
  program: string,
  args: readonly string[],
  { input = "", cwd, env, mostMilliseconds = MOST_MILLISECONDS }: CliOptions,
): CliRun {
  for (let attempt = 1; ; attempt++) {
    const { status, stdout, stderr, error } = spawnSync(program, args, {
      input,
      cwd,
      env: { PATH: process.env.PATH, ...env },
      maxBuffer: 2 ** 28,
      timeout: mostMilliseconds,
      killSignal: "SIGKILL",
    });
    const isHung = (error as NodeJS.ErrnoException | undefined)?.code === "ETIMEDOUT";
    if (error !== undefined && (!isHung || attempt === TRIES)) throw error;
    if (isHung) continue;
    return { code: status, bytes: stdout, stdout: String(stdout), stderr: String(stderr) };
  }
}

/** A folder that is there until the file's tests have ended. */
export function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "labelmap-cli-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
