/**
 * Drives a real Firefox, such as Debian's firefox-esr, with Marionette: WebDriver's commands as JSON over a socket.
 * Every Firefox has it built in. (Playwright needs its own Firefox build, or one newer than the long-term releases.)
 */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const START_MILLISECONDS = 90_000;
const COMMAND_MILLISECONDS = 60_000;

export interface Firefox {
  /** Sends a WebDriver command of Marionette, such as "WebDriver:PerformActions". */
  command(name: string, parameters?: object): Promise<unknown>;
  open(url: string): Promise<void>;
  /**
   * Calls a function in the page. Only its source is passed on, so it sees its arguments and the page, but nothing of
   * the test.
   */
  evaluate<A extends unknown[], R>(call: (...args: A) => R | Promise<R>, ...args: A): Promise<R>;
  close(): Promise<void>;
}

/**
 * @param preferences named as in about:config, in addition to those that keep Firefox quiet
 * @param environment variables in addition to those of this process
 */
export async function launchFirefox(
  executablePath: string,
  preferences: Record<string, string | number | boolean> = {},
  environment: Record<string, string> = {},
): Promise<Firefox> {
  const profile = await mkdtemp(join(tmpdir(), "firefox-profile-"));
  const set = { ...QUIET, ...preferences };
  const lines = Object.entries(set).map(([key, value]) => `user_pref("${key}", ${JSON.stringify(value)});\n`);
  await writeFile(join(profile, "user.js"), lines.join(""));
  // Allows the tests to read Firefox's own console as well.
  const access = "--remote-allow-system-access";
  const args = ["--headless", "--no-remote", "--marionette", access, "--profile", profile, "about:blank"];
  const browser = spawn(executablePath, args, {
    stdio: "ignore",
    env: { ...process.env, ...environment, HOME: profile },
  });
  try {
    const marionette = await connectTo(browser, profile);
    await marionette.command("WebDriver:NewSession", { acceptInsecureCerts: false });
    await marionette.command("WebDriver:SetTimeouts", { script: COMMAND_MILLISECONDS });
    return new DrivenFirefox(marionette, browser, profile);
  } catch (error) {
    await end(browser, profile);
    throw error;
  }
}

const QUIET = {
  "marionette.port": 0,
  "browser.shell.checkDefaultBrowser": false,
  "browser.startup.page": 0,
  "datareporting.policy.dataSubmissionEnabled": false,
  "toolkit.telemetry.reportingpolicy.firstRun": false,
  "app.update.disabledForTesting": true,
  // Lets the tests answer a security question at once.
  "security.dialog_enable_delay": 0,
  "extensions.update.enabled": false,
  "network.captive-portal-service.enabled": false,
  "network.connectivity-service.enabled": false,
  "services.settings.server": "data:,",
};

class DrivenFirefox implements Firefox {
  constructor(
    private readonly marionette: Marionette,
    private readonly browser: ChildProcess,
    private readonly profile: string,
  ) {}

  command(name: string, parameters: object = {}) {
    return this.marionette.command(name, parameters);
  }

  async open(url: string) {
    await this.command("WebDriver:Navigate", { url });
  }

  async evaluate<A extends unknown[], R>(call: (...args: A) => R | Promise<R>, ...args: A): Promise<R> {
    const script = `
      const args = [...arguments];
      const done = args.pop();
      Promise.resolve().then(() => (${call})(...args)).then(
        (value) => done({ value }),
        (error) => done({ error: String(error) + "\\n" + error?.stack }));`;
    const answer = (await this.command("WebDriver:ExecuteAsyncScript", { script, args, sandbox: null })) as {
      value: { value: R; error?: string };
    };
    if (answer.value.error !== undefined) throw new Error(answer.value.error);
    return answer.value.value;
  }

  async close() {
    this.marionette.end();
    await end(this.browser, this.profile);
  }
}

/** Waits for the port, which Firefox writes into its profile. */
async function connectTo(browser: ChildProcess, profile: string): Promise<Marionette> {
  for (const start = Date.now(); Date.now() - start < START_MILLISECONDS; await sleep(100)) {
    if (browser.exitCode !== null)
      throw new Error(`Firefox ended while it started, with exit code ${browser.exitCode}`);
    const port = Number(await readFile(join(profile, "MarionetteActivePort"), "utf8").catch(() => ""));
    if (port > 0) return Marionette.connect(port);
  }
  throw new Error(`Firefox did not start within ${START_MILLISECONDS} ms`);
}

async function end(browser: ChildProcess, profile: string) {
  const ended = new Promise((resolve) => browser.once("exit", resolve));
  if (browser.exitCode === null && browser.signalCode === null && browser.kill("SIGKILL")) await ended;
  await rm(profile, { recursive: true, force: true, maxRetries: 5 });
}

/**
 * The connection. A message is its length in bytes, a colon, and JSON: a command is [0, id, name, parameters], and its
 * answer is [1, id, error, result].
 */
class Marionette {
  private received = Buffer.alloc(0);
  private lastId = 0;
  private readonly waiting = new Map<number, PromiseWithResolvers>();

  private constructor(private readonly socket: Socket) {
    socket.on("data", (bytes) => this.take(bytes));
    socket.on("close", () => this.failAll("Firefox has closed the connection"));
    socket.on("error", (error) => this.failAll(error.message));
  }

  static connect(port: number): Promise<Marionette> {
    return new Promise((resolve, reject) => {
      const socket = connect(port, "127.0.0.1").once("error", reject);
      // The first message is a greeting, which is not an answer.
      socket.once("connect", () => resolve(new Marionette(socket)));
    });
  }

  async command(name: string, parameters: object): Promise<unknown> {
    const id = ++this.lastId;
    const message = JSON.stringify([0, id, name, parameters]);
    this.socket.write(`${Buffer.byteLength(message)}:${message}`);
    const timer = setTimeout(() => this.settle(id, `${name} has had no answer`), COMMAND_MILLISECONDS * 1.5);
    try {
      return await new Promise((resolve, reject) => this.waiting.set(id, { resolve, reject }));
    } finally {
      clearTimeout(timer);
    }
  }

  end() {
    this.socket.destroy();
  }

  private take(bytes: Buffer) {
    this.received = Buffer.concat([this.received, bytes]);
    for (;;) {
      const colon = this.received.indexOf(":");
      const end = colon + 1 + Number(this.received.toString("latin1", 0, Math.max(colon, 0)));
      if (colon < 0 || this.received.length < end) return;
      const message = JSON.parse(this.received.toString("utf8", colon + 1, end));
      this.received = this.received.subarray(end);
      if (!Array.isArray(message)) continue;
      const [, id, error, result] = message;
      this.settle(id, error === null ? null : `${error.error}: ${error.message}`, result);
    }
  }

  private settle(id: number, error: string | null, result?: unknown) {
    if (error === null) this.waiting.get(id)?.resolve(result);
    else this.waiting.get(id)?.reject(new Error(error));
    this.waiting.delete(id);
  }

  private failAll(reason: string) {
    for (const id of [...this.waiting.keys()]) this.settle(id, reason);
  }
}

interface PromiseWithResolvers {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

/** For `launchFirefox`: WebGL by Mesa's software, if it is installed, without a graphics card or a display. */
export const WEBGL_PREFERENCES = { "webgl.force-enabled": true };
export const WEBGL_ENVIRONMENT = {
  EGL_PLATFORM: "surfaceless",
  LIBGL_ALWAYS_SOFTWARE: "1",
  MOZ_WEBGL_FORCE_EGL: "1",
};
