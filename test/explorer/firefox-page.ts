/** The built explorer in a real Firefox: serves it like any static host, and does what a user does. */
import { readFileSync, rmSync } from "node:fs";
import { basename } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import sharp from "sharp";
import { expect } from "vitest";
import { findFirefox } from "../../scripts/firefox.mjs";
import { type Firefox, launchFirefox } from "../support/firefox.js";
import {
  accept,
  answerFolderDialog,
  consoleErrors,
  finishedDownload,
  savingTo,
} from "../support/firefox-itself.js";
import {
  type DroppedFile,
  type PlainFile,
  plainFiles,
  type Served,
  serveExplorer,
  transferOf,
} from "./explorer-page.js";
import type { SavedFile } from "./saved-files.js";

const WAIT_MILLISECONDS = 30_000;

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Picture {
  readonly data: Buffer;
  readonly width: number;
  readonly height: number;
}

export class FirefoxPage {
  private constructor(
    readonly firefox: Firefox,
    private readonly served: Served,
  ) {}

  /**
   * @param folders more folders to serve, by the beginning of their paths
   * @param downloads the folder that it saves to
   */
  static async start(folders: Readonly<Record<string, string>>, downloads: string): Promise<FirefoxPage> {
    const served = await serveExplorer(folders);
    const firefox = await launchFirefox(findFirefox()!, savingTo(downloads));
    await firefox.command("WebDriver:SetTimeouts", { implicit: WAIT_MILLISECONDS });
    return new FirefoxPage(firefox, served);
  }

  async open(query = ""): Promise<void> {
    await this.firefox.open(`${this.served.origin}/explorer/index.html${query}`);
  }

  /** A button by its text, or anything by a selector. */
  async click(target: string | { readonly selector: string }): Promise<void> {
    const id = await (typeof target === "string"
      ? this.find("xpath", `//button[normalize-space()="${target}"]`)
      : this.find("css selector", target.selector));
    await this.firefox.command("WebDriver:ElementClick", { id });
  }

  /** Chooses an entry of a list of choices by its text. */
  async choose(select: string, text: string): Promise<void> {
    const element = await this.find("css selector", select);
    const id = await this.find("xpath", `.//option[.="${text}"]`, element);
    await this.firefox.command("WebDriver:ElementClick", { id });
  }

  async type(selector: string, text: string): Promise<void> {
    const id = await this.find("css selector", selector);
    await this.firefox.command("WebDriver:ElementSendKeys", { id, text });
  }

  /** Presses the pointer at a point of the window, moves it to another, and releases it. */
  async drag(from: Point, to: Point): Promise<void> {
    await this.actWithPointer([
      { type: "pointerMove", ...from, duration: 0 },
      { type: "pointerDown", button: 0 },
      { type: "pointerMove", ...to, duration: 100 },
      { type: "pointerUp", button: 0 },
    ]);
  }

  /** What the screen shows of an element, once it is at rest: three bytes a pixel. */
  async picture(selector: string): Promise<Picture> {
    const id = await this.find("css selector", selector);
    // What the pointer is on is outlined.
    await this.actWithPointer([{ type: "pointerMove", x: 3, y: 3, duration: 0 }]);
    const shot = async () => {
      const answer = await this.firefox.command("WebDriver:TakeScreenshot", { id, full: false });
      return (answer as { value: string }).value;
    };
    let seen = "";
    await expect
      .poll(
        async () => {
          const before = seen;
          await sleep(250);
          seen = await shot();
          return seen === before;
        },
        { timeout: WAIT_MILLISECONDS },
      )
      .toBe(true);
    const raw = sharp(Buffer.from(seen, "base64")).removeAlpha().raw();
    const { data, info } = await raw.toBuffer({ resolveWithObject: true });
    return { data, width: info.width, height: info.height };
  }

  /** The texts of all elements that match now. */
  texts(selector: string): Promise<string[]> {
    return this.firefox.evaluate(
      (selector) => [...document.querySelectorAll(selector)].map(({ textContent }) => textContent!),
      selector,
    );
  }

  /** Drags the files over the page, and drops them once it says that it takes them, as Firefox does. */
  drop(...files: readonly DroppedFile[]): Promise<void> {
    // Functions are sent to the page as source, and so are the functions that they call.
    const source = `
      const dataTransfer = (${transferOf})(files);
      return (${dropTransfer})(dataTransfer);`;
    const drop = new Function("files", source) as (files: readonly PlainFile[]) => Promise<void>;
    return this.firefox.evaluate(drop, plainFiles(files));
  }

  async chooseFiles(...paths: readonly string[]): Promise<void> {
    const id = await this.find("css selector", 'input[aria-label="Open files…"]');
    await this.firefox.command("WebDriver:ElementSendKeys", { id, text: paths.join("\n") });
  }

  async chooseFolder(path: string): Promise<void> {
    await answerFolderDialog(this.firefox, path);
    await this.click("Open folder…");
    await accept(this.firefox);
  }

  /** Saves a file in the open Export tab. */
  async save(kind: string): Promise<SavedFile> {
    await this.click({ selector: `input[value="${kind}"]` });
    const code = await this.see("pre");
    await this.click("Save file");
    return { ...(await this.saved()), code };
  }

  /** The file that a click has just saved. */
  async saved(): Promise<{ readonly name: string; readonly bytes: Buffer }> {
    const path = await finishedDownload(this.firefox);
    const bytes = readFileSync(path);
    rmSync(path);
    return { name: basename(path), bytes };
  }

  /** Waits until a mask of this name is shown. */
  async shown(name: string): Promise<void> {
    await this.find("xpath", `//h1[.="${name}"]`);
  }

  /** Waits for an element, and returns its text. */
  see(selector: string): Promise<string> {
    return this.firefox.evaluate(
      async (selector, milliseconds) => {
        for (const end = performance.now() + milliseconds; ; ) {
          const found = document.querySelector(selector);
          if (found !== null) return found.textContent!;
          if (performance.now() > end) throw new Error(`${selector}: ${document.body.textContent}`);
          await new Promise((resolve) => setTimeout(resolve, 100));
        }
      },
      selector,
      WAIT_MILLISECONDS,
    );
  }

  /** Checks that there were no errors, reported or not. */
  async expectNoErrors(origin = this.served.origin): Promise<void> {
    expect(await this.see("[role=alert]")).toBe("");
    expect(await consoleErrors(this.firefox, origin)).toEqual([]);
  }

  async close(): Promise<void> {
    await this.firefox.close();
    await this.served.close();
  }

  private async actWithPointer(actions: readonly object[]): Promise<void> {
    await this.firefox.command("WebDriver:PerformActions", {
      actions: [{ type: "pointer", id: "mouse", actions }],
    });
  }

  /** @param element the element in which it is. Default: the page */
  private async find(using: "xpath" | "css selector", value: string, element?: string): Promise<string> {
    const found = await this.firefox.command("WebDriver:FindElement", { using, value, element });
    const [id] = Object.values((found as { value: Record<string, string> }).value);
    return id!;
  }
}

/** Runs in the page. */
async function dropTransfer(dataTransfer: DataTransfer): Promise<void> {
  const isTaken = (type: string) =>
    !document.body.dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true }));
  for (const end = performance.now() + 30_000; !isTaken("dragover"); ) {
    if (performance.now() > end) throw new Error("the page takes no drop");
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  if (!isTaken("drop")) throw new Error("Firefox opens what is dropped itself");
}
