/** The built explorer as the only thing on a web host: copied to a folder with any name, with nothing that answers but files. */
import { cpSync, readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import type { Browser, Page, Request } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { serveStatic } from "../browser/static-server.mjs";
import { FIXTURES } from "../support/corpus.mjs";
import { makeFolder } from "../support/run-cli.js";
import { BUILT, launchChromium } from "./explorer-page.js";

const PLACE = "/a site/of~ours/v1.2";
const NAME = "street-500-rgb-interlaced";

let browser: Browser;
let host: Awaited<ReturnType<typeof serveStatic>>;
/** A host that answers everything, to everybody, and counts it. */
let other: Server;
let otherUrl: string;
let received = 0;

beforeAll(async () => {
  const folder = makeFolder();
  cpSync(BUILT, join(folder, "site"), { recursive: true });
  host = await serveStatic({ [PLACE]: join(folder, "site") });
  other = createServer((_, response) => {
    received++;
    response.writeHead(200, { "access-control-allow-origin": "*" }).end("received");
  });
  await new Promise<void>((resolve) => other.listen(0, "localhost", resolve));
  otherUrl = `http://localhost:${(other.address() as AddressInfo).port}/any.png`;
  browser = await launchChromium();
});

afterAll(async () => {
  await browser.close();
  await host.close();
  other.close();
  other.closeAllConnections();
});

/** Opens the page, and collects every request that it makes. Those for `blob:` and `data:` stay in the browser. */
async function withSite(work: (page: Page, requests: Request[]) => Promise<void>): Promise<void> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  const requests: Request[] = [];
  context.on("request", (request) => {
    if (/^https?:/.test(request.url())) requests.push(request);
  });
  const page = await context.newPage();
  const errors: string[] = [];
  page.on("pageerror", ({ message }) => errors.push(message));
  try {
    await page.goto(`${host.origin}${encodeURI(PLACE)}/index.html`);
    await work(page, requests);
    expect(errors).toEqual([]);
  } finally {
    await context.close();
  }
}

const dropped = (ending: string) => ({
  name: `private-name.${ending}`,
  mimeType: "application/octet-stream",
  buffer: readFileSync(join(FIXTURES, `${NAME}.${ending}`)),
});

describe("the explorer on a static host", () => {
  it("opens its sample from the folder in which it is", async () => {
    await withSite(async (page, requests) => {
      await page.getByRole("button", { name: "Open a sample" }).click();
      await page.getByRole("heading", { level: 1, name: "street" }).waitFor();
      const urls = requests.map((request) => request.url());
      expect(urls.some((url) => url.endsWith("/sample/street.png"))).toBe(true);
      expect(urls.filter((url) => !url.startsWith(`${host.origin}${encodeURI(PLACE)}/`))).toEqual([]);
      const answers = await Promise.all(
        requests.map(async (request) => (await request.response())?.status()),
      );
      expect(answers.filter((status) => status !== 200)).toEqual([]);
    });
  });

  it("decodes opened files without a request that could carry them or their names", async () => {
    await withSite(async (page, requests) => {
      await page
        .getByLabel("Open files…")
        .last()
        .setInputFiles([dropped("png"), dropped("json")]);
      await page.getByRole("heading", { level: 1, name: "private-name" }).waitFor();
      await page.getByRole("tab", { name: "Defects" }).click();
      await page.getByRole("tab", { name: "Export" }).click();
      for (const request of requests) {
        expect(request.method()).toBe("GET");
        expect(request.postData()).toBeNull();
        expect(request.url()).not.toContain("private-name");
        expect(new URL(request.url()).search).toBe("");
      }
    });
  });

  it("cannot reach another host, in the page or in its worker, even if that host allows it", async () => {
    expect((await fetch(otherUrl)).status).toBe(200);
    expect(received).toBe(1);
    await withSite(async (page) => {
      const tries = await page.evaluate(async (target) => {
        const outcome = (work: Promise<unknown>) =>
          work.then(
            () => "sent",
            () => "blocked",
          );
        const policy = new Promise<string>((resolve) => {
          document.addEventListener("securitypolicyviolation", (event) => resolve(event.effectiveDirective));
        });
        const fetched = await outcome(fetch(target, { method: "POST", body: "pixels" }));
        const image = new Image();
        const seen = await outcome(
          new Promise((resolve, reject) => {
            image.onload = resolve;
            image.onerror = reject;
            image.src = target;
          }),
        );
        const script = `fetch(${JSON.stringify(target)}).then(() => postMessage("sent"), () => postMessage("blocked"))`;
        const worker = new Worker(URL.createObjectURL(new Blob([script], { type: "text/javascript" })));
        const inWorker = await new Promise<string>((resolve) => {
          worker.onmessage = ({ data }) => resolve(data);
        });
        const beacon = navigator.sendBeacon(target, "pixels") ? "queued" : "blocked";
        return { fetched, seen, inWorker, beacon, violated: await policy };
      }, otherUrl);
      expect(tries).toMatchObject({
        fetched: "blocked",
        seen: "blocked",
        inWorker: "blocked",
        violated: "connect-src",
      });
      await page.waitForTimeout(200);
      expect(received).toBe(1);
    });
  });
});
