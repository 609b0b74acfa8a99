/** `labelmap view` as its users have it: the built command as a process, real requests, and its page in a real Chromium. */
import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { type IncomingMessage, request } from "node:http";
import { type AddressInfo, connect, createServer } from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { beforeAll, describe, expect, it } from "vitest";
import { listen } from "../../cli/src/loopback.js";
import { findChromium } from "../../scripts/chromium.mjs";
import { FIXTURES } from "../support/corpus.mjs";
import { blocksOf } from "../support/docs-blocks.js";
import { makeFolder, runCli, runProgram } from "../support/run-cli.js";
import { type RunningCli, spawnCli, until } from "../support/spawn-cli.js";

const STREET = "street-1080p-rgb-upng";
const DEFECTIVE = "brush-720p-rgba-alpha";
const ROOT = fileURLToPath(new URL("../..", import.meta.url));

interface View extends RunningCli {
  /** As printed. */
  readonly url: string;
  readonly port: number;
  readonly token: string;
}

interface Listed {
  readonly name: string;
  readonly mask: string;
  readonly result: string | null;
  readonly image: string | null;
}

interface ListedVersion extends Listed {
  /** Another one if a file has changed. */
  readonly version: string;
}

interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

async function startView(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<View> {
  const view = spawnCli(["view", ...args], env);
  await until(() => view.printed.stdout.endsWith("\n"), "the address is printed");
  const url = view.printed.stdout.trim();
  const { port, pathname } = new URL(url);
  return { ...view, url, port: Number(port), token: pathname.split("/")[1]! };
}

/** Not by fetch, which makes a path sound before it sends it and does not let the Host be set. */
function ask(
  { port, token }: Pick<View, "port" | "token">,
  path: string,
  { method = "GET", headers = {} }: { method?: string; headers?: Record<string, string> } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    request({ host: "127.0.0.1", port, path: `/${token}${path}`, method, headers }, async (response) => {
      const body = await text(response.setEncoding("latin1"));
      resolve({ status: response.statusCode!, headers: response.headers, body });
    })
      .on("error", reject)
      .end();
  });
}

async function listOf(view: View): Promise<Listed[]> {
  const { status, body } = await ask(view, "/files.json");
  expect(status).toBe(200);
  const { masks } = JSON.parse(Buffer.from(body, "latin1").toString()) as { masks: ListedVersion[] };
  return masks.map(({ version, ...listed }) => {
    expect(version).toBeTypeOf("string");
    return listed;
  });
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Puts a fixture there under other names. */
function put(
  folder: string,
  fixture: string,
  name: string,
  endings: readonly string[] = ["png", "json"],
): void {
  mkdirSync(join(folder, name, ".."), { recursive: true });
  for (const ending of endings)
    cpSync(join(FIXTURES, `${fixture}.${ending}`), join(folder, `${name}.${ending}`));
}

describe("labelmap view", () => {
  const folder = makeFolder();
  const outside = makeFolder();
  beforeAll(() => {
    put(folder, STREET, "street");
    put(folder, DEFECTIVE, "masks/ü #1%", ["png"]);
    put(folder, DEFECTIVE, "results/ü #1%", ["json"]);
    writeFileSync(join(folder, "street.jpg"), "photo");
    writeFileSync(join(folder, "notes.txt"), "secret");
    writeFileSync(join(folder, "package.json"), "{}");
    put(folder, STREET, ".hidden/street", ["png"]);
    put(folder, STREET, "node_modules/icon", ["png"]);
    put(outside, STREET, "outside");
    symlinkSync(join(outside, "outside.png"), join(folder, "link.png"));
    symlinkSync(outside, join(folder, "linked"));
    symlinkSync("street.png", join(folder, "inside.png"));
  });

  it("finds the masks of a folder and its subfolders, with results and photos of the same name", async () => {
    const view = await startView([folder]);
    expect(view.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/[\w-]{32}\/\?files=files\.json$/);
    expect(await listOf(view)).toEqual([
      { name: "inside", mask: "files/inside.png", result: null, image: null },
      {
        name: "masks/ü #1%",
        mask: "files/masks/%C3%BC%20%231%25.png",
        result: "files/results/%C3%BC%20%231%25.json",
        image: null,
      },
      { name: "street", mask: "files/street.png", result: "files/street.json", image: "files/street.jpg" },
    ]);
    expect(view.printed.stderr).toMatch(/^Not shown, .*: link\.png\n.*: 3 masks\. /);
  });

  it("serves listed files completely, with their type, and without caching", async () => {
    const view = await startView([folder]);
    const types: Record<string, string> = {
      png: "image/png",
      json: "application/json",
      jpg: "image/jpeg",
    };
    for (const { mask, result, image } of await listOf(view)) {
      for (const path of [mask, result, image].filter((url) => url !== null)) {
        const { status, headers, body } = await ask(view, `/${path}`);
        const bytes = readFileSync(join(folder, decodeURIComponent(path.replace("files/", ""))));
        expect(status).toBe(200);
        expect(Buffer.from(body, "latin1").equals(bytes)).toBe(true);
        expect(headers).toMatchObject({
          "content-type": types[path.split(".").at(-1)!],
          "content-length": String(bytes.length),
          "cache-control": "no-store",
          "x-content-type-options": "nosniff",
          "content-security-policy": expect.stringContaining("default-src 'none'"),
        });
        const head = await ask(view, `/${path}`, { method: "HEAD" });
        expect([head.status, head.headers["content-length"], head.body]).toEqual([
          200,
          String(bytes.length),
          "",
        ]);
      }
    }
  });

  it("never serves a user's file as a page", async () => {
    const path = join(folder, "page.html");
    writeFileSync(path, "<script>alert(1)</script>");
    const view = await startView([join(folder, "street.png"), path]);
    const { status, headers } = await ask(view, "/files/result/page.html");
    expect([status, headers["content-type"]]).toEqual([200, "application/octet-stream"]);
  });

  it("serves the page with a policy that also applies to its worker", async () => {
    const view = await startView([folder]);
    const page = await ask(view, "/?files=files.json");
    expect(page.headers["content-type"]).toBe("text/html; charset=utf-8");
    const [script] = /assets\/[\w-]+\.js/.exec(page.body)!;
    const { status, headers } = await ask(view, `/${script}`);
    expect([status, headers["content-type"]]).toEqual([200, "text/javascript; charset=utf-8"]);
    expect(headers["content-security-policy"]).toMatch(/connect-src 'self'.*frame-ancestors 'none'/);
  });

  it("serves nothing at a path that is not listed", async () => {
    const view = await startView([folder]);
    await listOf(view);
    for (const path of [
      "/files/notes.txt",
      "/files/package.json",
      "/files/link.png",
      "/files/linked/outside.png",
      "/files/.hidden/street.png",
      "/files/node_modules/icon.png",
      "/files/../notes.txt",
      "/files/..%2fnotes.txt",
      "/..%2f..%2f..%2f..%2f..%2f..%2fetc%2fpasswd",
      "/%2e%2e/cli/main.js",
      "/../cli/main.js",
      "/assets/..%5c..%5ccli%5cmain.js",
      "//etc/passwd",
      "/files//etc/passwd",
      "/files/street.png%00",
      "/%",
      "/files",
      "/assets/",
    ]) {
      const { status, body } = await ask(view, path);
      expect([path, status, body]).toEqual([path, 404, "no such file\n"]);
    }
  });

  it("refuses requests for other host names, which pages of other sites would send", async () => {
    const view = await startView([folder]);
    const { port } = view;
    const statusFor = async (host: string) => (await ask(view, "/files.json", { headers: { host } })).status;
    for (const host of [`127.0.0.1:${port}`, `localhost:${port}`, `LOCALHOST:${port}`]) {
      expect(await statusFor(host)).toBe(200);
    }
    for (const host of [
      `evil.example:${port}`,
      "127.0.0.1",
      `127.0.0.1:${port + 1}`,
      `127.0.0.1:${port}.evil.example`,
      `127.0.0.1.evil.example:${port}`,
      `user@127.0.0.1:${port}`,
    ]) {
      expect([host, await statusFor(host)]).toEqual([host, 403]);
    }
    const call = `GET /${view.token}/files.json HTTP/1.0`;
    for (const head of [call, `${call}\r\nHost:`]) {
      expect(await raw(view.port, `${head}\r\n\r\n`)).toMatch(/^HTTP\/1\.1 403 /);
    }
  });

  it("answers only to requests that know its token, which each server has for itself", async () => {
    const [view, other] = [await startView([folder]), await startView([folder])];
    await listOf(view);
    const [first, ...more] = view.token;
    for (const token of [
      "",
      "files.json",
      other.token,
      view.token.slice(0, -1),
      `${view.token}0`,
      `${first === "a" ? "b" : "a"}${more.join("")}`,
      view.token.toLowerCase() === view.token ? view.token.toUpperCase() : view.token.toLowerCase(),
      `/${view.token}`,
      `..%2f${view.token}`,
      `?token=${view.token}`,
    ]) {
      for (const path of ["", "/", "/files.json", "/files/street.png", `/${view.token}/files.json`]) {
        const { status, body } = await ask({ port: view.port, token }, path);
        expect([token, path, status]).toEqual([token, path, 403]);
        expect(body).toBe("open the address that labelmap view has printed; it contains a token\n");
      }
    }
    const absolute = `http://127.0.0.1:${view.port}/${view.token}/files.json`;
    const answer = await raw(view.port, `GET ${absolute} HTTP/1.0\r\nHost: 127.0.0.1:${view.port}\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 403 /);
    expect((await ask(view, "")).headers.location).toBe(`/${view.token}/?files=files.json`);
    expect((await ask(view, "/files.json")).status).toBe(200);
  });

  it("escapes the names of links that it leaves out", async () => {
    const linked = makeFolder();
    put(linked, STREET, "street");
    for (const name of ["a\nlabelmap: forged", "\x1b[2Jb", "\u202ec"]) {
      symlinkSync(join(outside, "outside.png"), join(linked, `${name}.png`));
    }
    const { printed } = await startView([linked]);
    for (const name of ["a\\u000alabelmap: forged.png", "\\u001b[2Jb.png", "\\u202ec.png"]) {
      expect(printed.stderr).toContain(name);
    }
    for (const unsafe of ["\x1b", "\u202e", "\nlabelmap"]) expect(printed.stderr).not.toContain(unsafe);
  });

  it("accepts only the methods GET and HEAD", async () => {
    const view = await startView([folder]);
    for (const method of ["POST", "PUT", "DELETE", "OPTIONS", "PATCH"]) {
      const { status, headers } = await ask(view, "/files.json", { method });
      expect([method, status, headers.allow]).toEqual([method, 405, "GET, HEAD"]);
    }
  });

  it("shows new files after a reload, and does not follow a file that became a link", async () => {
    const changing = makeFolder();
    put(changing, STREET, "a");
    const view = await startView([changing]);
    expect((await listOf(view)).map(({ name }) => name)).toEqual(["a"]);
    expect((await ask(view, "/files/b.png")).status).toBe(404);
    put(changing, DEFECTIVE, "b");
    expect((await listOf(view)).map(({ name }) => name)).toEqual(["a", "b"]);
    expect((await ask(view, "/files/b.png")).status).toBe(200);

    rmSync(join(changing, "a.png"));
    expect((await ask(view, "/files/a.png")).status).toBe(404);
    symlinkSync(join(outside, "outside.png"), join(changing, "a.png"));
    expect((await ask(view, "/files/a.png")).status).toBe(404);
    rmSync(changing, { recursive: true });
    expect((await ask(view, "/files.json")).status).toBe(500);
    expect((await ask(view, "/")).status).toBe(200);
  });

  it("shows the vendor's masks in the output of fetch, and not the label images", async () => {
    const dataset = makeFolder();
    for (const name of ["sources/7", "png/7"]) put(dataset, STREET, name);
    for (const file of ["manifest.jsonl", "sources/8.png", "sources/9.json"])
      writeFileSync(join(dataset, file), "");
    expect(await listOf(await startView([dataset]))).toEqual([
      { name: "7", mask: "files/7.png", result: "files/7.json", image: null },
      { name: "8", mask: "files/8.png", result: null, image: null },
    ]);

    rmSync(join(dataset, "sources/7.png"));
    rmSync(join(dataset, "sources/7.json"));
    // The only mask and the only JSON are of two names, and so of two jobs.
    expect(await listOf(await startView([dataset]))).toEqual([
      { name: "8", mask: "files/8.png", result: null, image: null },
    ]);
  });

  it("shows a single mask with the files of its name, or with the given result", async () => {
    const mask = join(folder, "street.png");
    const street = { name: "street", mask: "files/street.png", image: "files/street.jpg" };
    expect(await listOf(await startView([mask]))).toEqual([{ ...street, result: "files/street.json" }]);

    const view = await startView([mask, join(folder, "linked/outside.json")]);
    expect(await listOf(view)).toEqual([{ ...street, result: "files/result/outside.json" }]);
    const { body } = await ask(view, "/files/result/outside.json");
    expect(body).toBe(readFileSync(join(outside, "outside.json"), "latin1"));
    expect((await ask(view, "/files/inside.png")).status).toBe(404);

    // No mask to the rules of names, but it was named.
    put(outside, STREET, "scan_image");
    expect(await listOf(await startView([join(outside, "scan_image.png")]))).toEqual([
      { name: "scan_image", mask: "files/scan_image.png", result: "files/scan_image.json", image: null },
    ]);
  });

  it.each([
    [["nothing"], 1, /^labelmap: SOURCE_MISSING: nothing does not exist; check the path, which starts at /m],
    [
      ["street.png", "nothing.json"],
      1,
      /^labelmap: SOURCE_MISSING: the legend nothing\.json does not exist; check its path$/m,
    ],
    [["package.json"], 2, /^labelmap: package\.json is not a mask; give a file whose name ends in \.png/m],
    [["street.png", "results"], 2, /^labelmap: results is not a regular file; give a file$/m],
    [["results"], 2, /^labelmap: results contains no masks: no file name there ends in \.png$/m],
    [[".", "nothing"], 2, /^labelmap: there is no file and no palette nothing; the palettes are pascal-voc/],
    [["street.png", "--port", "0"], 2, /--port/],
    [[], 2, /missing required argument/],
  ])("view %j ends with %i", (args, expected, message) => {
    const { code, stdout, stderr } = runCli(["view", ...args], { cwd: folder });
    expect([code, stdout]).toEqual([expected, ""]);
    expect(stderr).toMatch(message);
  });

  it("accepts the calls in the documentation", async () => {
    const own = makeFolder();
    for (const name of ["street", "masks/street", "dataset/sources/7"]) put(own, STREET, name);
    put(own, STREET, "results/street", ["json"]);
    writeFileSync(join(own, "dataset/manifest.jsonl"), "");
    const { code } = blocksOf("docs/datasets.md").find((block) => block.code.startsWith("labelmap view"))!;
    const calls = code.trim().split("\n");
    expect(calls.length).toBeGreaterThan(3);
    const port = await freePort();
    for (const call of calls) {
      const [, , ...args] = call.replace(/#.*/, "").trim().split(/\s+/);
      // Its port may be taken on this machine.
      const ownArgs = args.map((arg) =>
        arg === "8080" ? String(port) : /^--|^cityscapes$/.test(arg) ? arg : join(own, arg),
      );
      const view = await startView(ownArgs, { PATH: makeFolder() });
      expect(
        (await listOf(view)).map(({ name, result }) => [name, typeof result]),
        call,
      ).toEqual([[args[0] === "dataset" ? "7" : "street", "string"]]);
    }
  });

  it("uses the given port, and reports a port that is in use", async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, "127.0.0.1", resolve));
    const { port } = taken.address() as { port: number };
    const { code, stderr } = runCli(["view", folder, "--port", String(port)]);
    expect([code, stderr.includes(`--port ${port} cannot be used (EADDRINUSE); choose another`)]).toEqual([
      2,
      true,
    ]);
    await new Promise((resolve) => taken.close(resolve));
    expect((await startView([folder, "--port", String(port)])).port).toBe(port);
  });

  it("prefers one port, so that the browser finds the page's settings again, and takes another if it is in use", async () => {
    const preferred = await freePort();
    const first = await listen({ preferred }, () => {});
    const second = await listen({ preferred }, () => {});
    expect(first.origin).toBe(`http://127.0.0.1:${preferred}`);
    expect(second.origin).not.toBe(first.origin);
    await Promise.all([first.close(), second.close()]);
  });

  it("reports an explorer that is not built", () => {
    const copy = join(ROOT, "cli/build/without-explorer");
    rmSync(copy, { recursive: true, force: true });
    cpSync(join(ROOT, "cli/dist"), join(copy, "dist"), {
      recursive: true,
      filter: (path) => !path.endsWith("explorer"),
    });
    const { code, stderr } = runProgram(process.execPath, [join(copy, "dist/main.js"), "view", folder], {});
    rmSync(copy, { recursive: true });
    expect(code).toBe(1);
    expect(stderr).toMatch(/ENGINE_UNAVAILABLE: the explorer is not built/);
  });

  it.each(["SIGINT", "SIGTERM"] as const)(
    "ends with exit code 0 at %s, even during requests",
    async (signal) => {
      const large = makeFolder();
      writeFileSync(join(large, "large.png"), "");
      truncateSync(join(large, "large.png"), 2 ** 26);
      const view = await startView([large]);
      const socket = connect(view.port, "127.0.0.1");
      socket
        .on("error", () => {})
        .write(`GET /${view.token}/files/large.png HTTP/1.1\r\nHost: 127.0.0.1:${view.port}\r\n\r\n`);
      // No more is read, so that the answer never ends.
      await new Promise<void>((resolve) => socket.once("readable", resolve));
      view.child.kill(signal);
      expect(await view.exited).toBe(0);
      expect(view.printed.stderr).toMatch(/\nstopped\n$/);
      socket.destroy();
    },
  );

  it.runIf(process.platform === "linux")("opens the address in the browser if --open is given", async () => {
    const programs = makeFolder();
    const opened = join(programs, "opened");
    writeFileSync(join(programs, "xdg-open"), `#!/bin/sh\nprintf %s "$1" > "${opened}"\n`, { mode: 0o755 });
    const { url } = await startView([folder, "--open"], { PATH: `${programs}:${process.env.PATH}` });
    const openedUrl = () => readFileSync(opened, { encoding: "utf8", flag: "a+" });
    await until(() => openedUrl() !== "", "the address is opened");
    // Other users can see the arguments of a process. This address is worth nothing once the browser has used it.
    expect(openedUrl()).not.toContain(new URL(url).pathname);
    const { status, url: shown } = await fetch(openedUrl());
    expect([status, shown]).toEqual([200, url]);
    expect((await fetch(openedUrl())).status).toBe(403);

    const view = await startView([folder, "--open"], { PATH: makeFolder() });
    await until(
      () => view.printed.stderr.includes("xdg-open could not start a browser"),
      "it says that there is none",
    );
    expect((await ask(view, "/")).status).toBe(200);
  });

  it.runIf(process.platform === "linux")("streams a file of 600 MB without filling the memory", async () => {
    const large = makeFolder();
    const size = 600 * 2 ** 20;
    writeFileSync(join(large, "large.png"), "");
    truncateSync(join(large, "large.png"), size);
    const view = await startView([large]);
    const { body, status } = await fetch(new URL("files/large.png", view.url));
    expect(status).toBe(200);
    let length = 0;
    for await (const chunk of body!) length += chunk.length;
    expect(length).toBe(size);
    const [, peak] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${view.child.pid}/status`, "utf8"))!;
    expect(Number(peak) * 1024).toBeLessThan(size / 2);
  });

  if (findChromium() === undefined && process.env.CI) {
    it("has a Chromium to run in", () => expect.fail("no Chromium is found; set CHROMIUM_PATH"));
  }
  it.skipIf(findChromium() === undefined)(
    "is a page with the masks of the folder, which still works after the server has ended",
    async () => {
      const masks = makeFolder();
      put(masks, STREET, "first");
      put(masks, DEFECTIVE, "second");
      const view = await startView([masks]);
      const browser = await chromium.launch({
        executablePath: findChromium()!,
        args: ["--no-sandbox", "--disable-gpu"],
      });
      try {
        const page = await browser.newPage();
        page.setDefaultTimeout(20_000);
        const errors: string[] = [];
        page.on("pageerror", (error) => errors.push(error.message));
        page.on("console", (message) => {
          // The browser itself says that the stream of changes has ended with the server.
          const isStream = message.location().url.endsWith("/changes");
          if (message.type() === "error" && !isStream) errors.push(message.text());
        });
        await page.goto(view.url);
        await page.getByRole("heading", { level: 1, name: "first", exact: true }).waitFor();
        const names = page.getByRole("combobox", { name: "Mask", exact: true }).locator("option");
        expect(await names.allTextContents()).toEqual(["first", "second"]);
        expect(await page.getByRole("grid").getAttribute("aria-rowcount")).toBe("44");
        expect(await page.getByRole("row", { name: "sky" }).textContent()).toContain("492,540");

        await page.getByRole("button", { name: "Next mask" }).click();
        await page.getByRole("heading", { level: 1, name: "second", exact: true }).waitFor();
        await page.waitForLoadState("networkidle");
        view.child.kill("SIGINT");
        expect(await view.exited).toBe(0);
        await page.getByRole("tab", { name: "Export" }).click();
        const download = page.waitForEvent("download");
        await page.getByRole("button", { name: "Save file" }).click();
        expect((await download).suggestedFilename()).toBe("second.labels.npy");
        expect(errors).toEqual([]);
      } finally {
        await browser.close();
      }
    },
  );
});

/** What the server sends for these very bytes. */
async function raw(port: number, bytes: string): Promise<string> {
  const socket = connect(port, "127.0.0.1");
  socket.write(bytes);
  return text(socket);
}
