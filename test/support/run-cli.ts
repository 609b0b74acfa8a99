/**
 * Runs the built `labelmap` command in its own process. If the process hangs, it is killed and run again (run-node.ts).
 */
import { execFile, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll } from "vitest";

export const CLI = fileURLToPath(new URL("../../cli/dist/main.js", import.meta.url));

const MOST_MILLISECONDS = 30_000;
const TRIES = 3;

export interface CliOptions {
  readonly input?: Uint8Array | string;
  readonly cwd?: string;
  /** Default 30,000. */
  readonly mostMilliseconds?: number;
  /** Set in addition to PATH. The command gets nothing else of the tests' own environment. */
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

/** Runs a line in a shell in which `labelmap` is the built command. */
export function runShell(line: string, options: CliOptions = {}): CliRun {
  return runProgram("sh", shellArgs(line), options);
}

/** Like `runShell`, but without an input and without blocking other tests. */
export async function runShellBeside(line: string, options: Omit<CliOptions, "input"> = {}): Promise<CliRun> {
  for (let attempt = 1; ; attempt++) {
    const run = await new Promise<CliRun | Error>((resolve) => {
      const limits = { ...limitsOf(options), encoding: "buffer" } as const;
      const child = execFile("sh", shellArgs(line), limits, (error, stdout, stderr) => {
        const isEnded = error === null || typeof error.code === "number";
        resolve(isEnded ? cliRun((error?.code as number | undefined) ?? 0, stdout, stderr) : error);
      });
      child.stdin!.end();
    });
    if (!(run instanceof Error)) return run;
    if (!("killed" in run && run.killed) || attempt === TRIES) throw run;
  }
}

function shellArgs(line: string): string[] {
  return ["-c", `labelmap() { "${process.execPath}" "${CLI}" "$@"; }\n${line}`];
}

export function runProgram(program: string, args: readonly string[], options: CliOptions): CliRun {
  for (let attempt = 1; ; attempt++) {
    const limits = { ...limitsOf(options), input: options.input ?? "" };
    const { status, stdout, stderr, error } = spawnSync(program, args, limits);
    const isHung = (error as NodeJS.ErrnoException | undefined)?.code === "ETIMEDOUT";
    if (error !== undefined && (!isHung || attempt === TRIES)) throw error;
    if (isHung) continue;
    return cliRun(status, stdout, stderr);
  }
}

function limitsOf({ cwd, env, mostMilliseconds = MOST_MILLISECONDS }: CliOptions) {
  return {
    cwd,
    env: { PATH: process.env.PATH, ...env },
    maxBuffer: 2 ** 28,
    timeout: mostMilliseconds,
    killSignal: "SIGKILL",
  } as const;
}

function cliRun(code: number | null, stdout: Buffer, stderr: Buffer): CliRun {
  return { code, bytes: stdout, stdout: String(stdout), stderr: String(stderr) };
}

/** Makes a folder that is deleted when all tests of the file have ended. */
export function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "labelmap-cli-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
