/// <reference types="node" />
/** `labelmap sample-server`: a vendor on this machine with generated jobs, to try everything without a real key. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile, stat } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { Command } from "commander";
import { interruption, say } from "../batch-run.js";
import { addExamples } from "../help.js";
import { parseFraction, parsePort, parsePositiveInteger, parseSeed, parseSize } from "../options.js";
import { print, writeOutput } from "../output.js";
import { checkOutput } from "../protect.js";
import { addRunFlags } from "../run-flags.js";
import { generatedJobs } from "../sample-server/generated-jobs.js";
import { startVendorServer } from "../sample-server/server.js";
import { UsageError } from "../usage-error.js";

interface SampleServerFlags {
  readonly count: number;
  readonly seed: number;
  readonly faults: number;
  readonly size?: { readonly width: number; readonly height: number };
  readonly port: number;
  readonly list?: string;
  readonly force?: boolean;
}

/** Not secret: it only opens generated jobs on this machine. */
const SAMPLE_KEY = "sample-key";

export function define(command: Command): void {
  command
    .description(
      "Starts a server on this machine that has the vendor's API and generated jobs, good and faulty ones. If you add -- " +
        "and a command, the server runs that command with its address and key in the environment, and stops when the " +
        "command ends. The batch sample-batch lists all jobs.",
    )
    .argument("[command...]", "after --: the command to run")
    .option("-n, --count <number>", "the number of jobs", parsePositiveInteger, 100)
    .option("--seed <number>", "the seed of the jobs; another seed gives other jobs", parseSeed, 1)
    .option("--faults <share>", "the share of jobs that have a fault, from 0 to 1", parseFraction, 0)
    .option(
      "--size <size>",
      "the size of each mask, such as 1920x1080 (default: various small sizes)",
      parseSize,
    )
    .option("--port <number>", "the port of the API (default: any free port)", parsePort)
    .option(
      "--list <file>",
      "write the job ids to this file, one per line; a list of other sample jobs is overwritten",
    )
    .option("--force", "overwrite the file of --list, whatever it contains")
    .action(serve);
  const serves = { no: "it serves jobs until it is stopped" };
  addRunFlags(command, { dryRun: serves, json: serves, quiet: serves });
  addExamples(command, [
    [
      "labelmap sample-server --count 50 --list jobs.txt",
      "Serve until Ctrl-C. The server prints the commands to run next.",
    ],
    [
      "labelmap sample-server --count 50 --list jobs.txt -- labelmap fetch --project sample-project --jobs jobs.txt --out dataset",
      "Serve and fetch 50 sample jobs with one command.",
    ],
    [
      "labelmap sample-server --count 120 -- labelmap fetch --project sample-project --batch sample-batch --out dataset",
      "Fetch a batch. The server lists its jobs on two pages.",
    ],
    [
      "labelmap sample-server --count 1000 --faults 0.05 --list jobs.txt",
      "Give one job in twenty a fault. All kinds of faults occur.",
    ],
  ]);
}

async function serve(call: readonly string[], flags: SampleServerFlags): Promise<void> {
  // Without this check, a stray argument, such as the file of a forgotten option, would be run as a command.
  if (call.length > 0 && !process.argv.includes("--")) {
    throw new UsageError(`put -- before the command to run: -- ${call.join(" ")}`);
  }
  const { count, seed, faults, size, port = 0, list, force = false } = flags;
  const isForced = force || (list !== undefined && (await isSampleList(list)));
  const flag = list === undefined ? "wx" : checkOutput(list, [], { isForced });
  const jobs = generatedJobs({ count, seed, faultShare: faults, ...size });
  const server = await startVendorServer({ jobs, apiKey: SAMPLE_KEY, port, keepRequests: 1 });
  const hint = "restart the server with --list jobs.txt to write this file";
  if (list !== undefined) {
    await writeOutput(list, Buffer.from(jobs.jobs.map(({ jobId }) => `${jobId}\n`).join("")), flag);
  }
  const environment = { PLAYMENT_BASE_URL: server.baseUrl, PLAYMENT_API_KEY: SAMPLE_KEY };
  if (call.length > 0) {
    process.exitCode = await runWith(environment, call);
  } else {
    const signal = interruption("stopping");
    const variables = Object.entries(environment).map(([name, value]) => `${name}=${value}`);
    await print(
      [
        `Project ${jobs.projectId} with ${count} jobs, ${jobs.jobs.filter(({ fault }) => fault !== null).length} of them faulty.`,
        "In another terminal:",
        `  export ${variables.join(" ")}`,
        `  labelmap fetch --project ${jobs.projectId} --out dataset --jobs ${list ?? `jobs.txt   # ${hint}`}`,
        "Ctrl-C stops the server.",
      ].join("\n"),
    );
    if (!signal.aborted) await once(signal, "abort");
  }
  await server.close();
}

/** Whether a file holds nothing but ids of sample jobs, as an earlier call wrote it. */
async function isSampleList(file: string): Promise<boolean> {
  const info = await stat(file).catch(() => undefined);
  return info?.isFile() === true && /^(job-\d{5,}\n)*$/.test(await readFile(file, "utf8"));
}

/** @returns the exit code */
async function runWith(
  environment: Record<string, string>,
  [name = "", ...args]: readonly string[],
): Promise<number> {
  // The labelmap command need not be on the path.
  const [file, ...before] =
    name === "labelmap" ? [process.execPath, fileURLToPath(new URL("../main.js", import.meta.url))] : [name];
  const child = spawn(file!, [...before, ...args], {
    stdio: "inherit",
    env: { ...process.env, ...environment },
  });
  // Ctrl-C reaches both processes; the command decides when it ends.
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => child.kill(signal));
  const [code] = (await once(child, "exit")) as [number | null];
  if (code === null) say(`${name} was killed`);
  return code ?? 1;
}
