/** The command in a terminal, which `script` of util-linux makes: its width, its colours, and Ctrl-C. */
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { constants, cpSync, rmSync } from "node:fs";
import { open } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { FIXTURES } from "../support/corpus.mjs";
import { CLI, makeFolder, runCli, runShell } from "../support/run-cli.js";

const folder = makeFolder();
const street = join(FIXTURES, "street-1080p-rgb-upng");

/** What a terminal of so many columns gets to see. */
function runInTerminal(columns: number, call: string, env: Record<string, string> = {}): string {
  const line = `stty cols ${columns}; "${process.execPath}" "${CLI}" ${call}`;
  return runShell(`script -qec '${line}' /dev/null`, { cwd: folder, env: { TERM: "xterm-256color", ...env } })
    .stdout;
}

describe.skipIf(spawnSync("script", ["--version"]).status !== 0)("in a terminal", () => {
  it("of 0 columns, draws no progress line", () => {
    const shown = runInTerminal(0, `decode ${street}.png --out zero`);
    expect(shown).not.toContain("\x1b");
    expect(shown).toContain("zero: 1 done");
  });

  it("of 40 columns, draws a progress line that fits", () => {
    const shown = runInTerminal(40, `decode ${FIXTURES} --out narrow`);
    expect(shown).toContain("\x1b[");
    const drawn = shown.split(/\p{Cc}(?:\[[\d;?]*[A-Za-z])?/u).filter((text) => / of \d+/.test(text));
    expect(drawn.length).toBeGreaterThan(0);
    for (const text of drawn) expect(text.length, text).toBeLessThan(40);
  });

  it("with NO_COLOR, shows no colours", () => {
    const call = `decode ${street}.png --out colours --retry-failed --dtype`;
    expect(runInTerminal(80, `${call} int32`)).toMatch(/\p{Cc}\[3\dm/u);
    expect(runInTerminal(80, `${call} uint16`, { NO_COLOR: "1" })).not.toMatch(/\p{Cc}\[[\d;]*m/u);
  });

  it("shows swatches in 24 bits, or in the 256 colours that most terminals have", () => {
    const call = `inspect ${street}.png`;
    expect(runInTerminal(200, call, { COLORTERM: "truecolor" })).toContain("\x1b[48;2;73;196;66m");
    expect(runInTerminal(200, call)).toContain("\x1b[48;5;77m");
    expect(runInTerminal(200, call, { TERM: "dumb" })).not.toContain("\x1b");
  });

  it("prints no escape sequence from an argument", () => {
    const { code, stderr } = runCli(["inspect", "x.png", "--\x1b[2Jno"]);
    expect(code).toBe(2);
    expect(stderr).toContain("--\\u001b[2Jno");
    expect(stderr).not.toContain("\x1b");
  });
});

/** Starts a call, to be interrupted. */
function start(args: readonly string[], env: Record<string, string> = {}) {
  const child = spawn(process.execPath, [CLI, ...args], {
    cwd: folder,
    env: { PATH: process.env.PATH, ...env },
    timeout: 30_000,
    killSignal: "SIGKILL",
  });
  const printed = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    child[name].setEncoding("utf8").on("data", (text: string) => {
      printed[name] += text;
    });
  }
  const closed = once(child, "close");
  return {
    interrupt: () => child.kill("SIGINT"),
    async says(words: RegExp) {
      while (!words.test(printed.stderr)) {
        const ended = closed.then(() => expect.fail(`it never says ${words}: ${printed.stderr}`));
        await Promise.race([once(child.stderr, "data"), ended]);
      }
    },
    async end() {
      const [code] = (await closed) as [number];
      return { code, ...printed };
    },
  };
}

describe("an interruption", () => {
  const stopped = /\nlabelmap: stopped early; run the same command again to continue\n$/;

  it("of the downloads is reported as a stop", async () => {
    // A vendor that never answers.
    const server = createServer(() => {}).listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const call = start(["fetch", "--project", "p", "job", "--out", "fetched", "--map", "semantic"], {
      PLAYMENT_API_KEY: "key",
      PLAYMENT_BASE_URL: `http://127.0.0.1:${port}`,
    });
    await call.says(/downloading/);
    call.interrupt();
    const { code, stdout, stderr } = await call.end();
    server.closeAllConnections();
    server.close();
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toMatch(stopped);
  });

  it.skipIf(process.platform === "win32")("of verify is reported as a stop", async () => {
    for (const name of ["a", "b"]) {
      for (const ending of ["png", "json"]) {
        cpSync(`${street}.${ending}`, join(folder, "masks", `${name}.${ending}`));
      }
    }
    expect(runCli(["decode", "masks", "--out", "whole", "--threads", "1"], { cwd: folder }).code).toBe(0);
    // Each output is a pipe, which is read when there is something in it.
    const pipes = ["a", "b"].map((name) => join(folder, "whole/npy", `${name}.npy`));
    for (const pipe of pipes) {
      rmSync(pipe);
      execFileSync("mkfifo", [pipe]);
    }
    const call = start(["verify", "whole"]);
    const pipe = await Promise.race(pipes.map((path) => open(path, "w")));
    call.interrupt();
    await call.says(/then stopping/);
    await pipe.close();
    const { code, stdout, stderr } = await call.end();
    for (const path of pipes) await open(path, constants.O_RDWR).then((file) => file.close());
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toMatch(stopped);
  });
});
