/** Uses the parts of Firefox outside its pages: its console, its downloads and its folder dialog. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Firefox } from "./firefox.js";

const WAIT_MILLISECONDS = 30_000;

/** Preferences that make Firefox save to a folder without asking. */
export function savingTo(folder: string): Record<string, string | number | boolean> {
  return {
    "browser.download.dir": folder,
    // 2: use the folder named above.
    "browser.download.folderList": 2,
    "browser.download.useDownloadDir": true,
    "browser.download.always_ask_before_handling_new_types": false,
    "browser.download.alwaysOpenPanel": false,
  };
}

/** Uncaught errors in pages of this origin, and everything that their content security policies blocked. */
export function consoleErrors(firefox: Firefox, origin: string): Promise<string[]> {
  return evaluateInside(
    firefox,
    (origin) => {
      const { Services, Ci } = globalThis as unknown as FirefoxItself;
      return (
        Services.console
          .getMessageArray()
          .filter((message) => message instanceof Ci.nsIScriptError && message.sourceName.startsWith(origin))
          // Leaves out warnings, such as that there is no WebGL.
          .filter(({ flags }) => (flags & 1) === 0)
          .map(({ errorMessage }) => errorMessage)
      );
    },
    origin,
  );
}

/** Waits until a download is finished and removes it from Firefox's list. Returns the path of its file. */
export function finishedDownload(firefox: Firefox): Promise<string> {
  return evaluateInside(
    firefox,
    async (milliseconds) => {
      const { ChromeUtils } = globalThis as unknown as FirefoxItself;
      const { Downloads } = ChromeUtils.importESModule("resource://gre/modules/Downloads.sys.mjs");
      const list = await Downloads.getList(Downloads.PUBLIC);
      for (const end = performance.now() + milliseconds; performance.now() < end; ) {
        const [download] = await list.getAll();
        if (download?.error) throw download.error;
        if (download?.succeeded) {
          await list.remove(download);
          return download.target.path;
        }
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      throw new Error(`Nothing was downloaded within ${milliseconds} ms`);
    },
    WAIT_MILLISECONDS,
  );
}

/** Replaces the system's folder dialog by one that returns this folder at once. Everything else is Firefox's own. */
export function answerFolderDialog(firefox: Firefox, folder: string): Promise<void> {
  return evaluateInside(
    firefox,
    (folder) => {
      const { Services, Ci, Cc, ChromeUtils, Components } = globalThis as unknown as FirefoxItself;
      const file = Cc["@mozilla.org/file/local;1"]!.createInstance(Ci.nsIFile) as LocalFile;
      file.initWithPath(folder);
      const dialog = {
        QueryInterface: ChromeUtils.generateQI(["nsIFilePicker"]),
        init() {},
        appendFilters() {},
        open: ({ done }: { done(result: number): void }) =>
          Services.tm.dispatchToMainThread(() => done(Ci.nsIFilePicker.returnOK)),
        file,
      };
      const factory = {
        QueryInterface: ChromeUtils.generateQI(["nsIFactory"]),
        createInstance: () => dialog,
      };
      Components.manager
        .QueryInterface(Ci.nsIComponentRegistrar)
        .registerFactory(Services.uuid.generateUUID(), "", "@mozilla.org/filepicker;1", factory);
    },
    folder,
  );
}

/** Waits for a question of Firefox itself, such as whether to give a page a whole folder, and says yes. */
export async function accept(firefox: Firefox): Promise<void> {
  for (const end = Date.now() + WAIT_MILLISECONDS; ; await sleep(50)) {
    try {
      await firefox.command("WebDriver:AcceptAlert");
      return;
    } catch (error) {
      if (!/^no such alert/.test((error as Error).message) || Date.now() > end) throw error;
    }
  }
}

/** Calls a function as a script of the browser. Only its source is passed on. */
async function evaluateInside<A extends unknown[], R>(
  firefox: Firefox,
  call: (...args: A) => R | Promise<R>,
  ...args: A
): Promise<R> {
  await firefox.command("Marionette:SetContext", { value: "chrome" });
  try {
    return await firefox.evaluate(call, ...args);
  } finally {
    await firefox.command("Marionette:SetContext", { value: "content" });
  }
}

interface LocalFile {
  initWithPath(path: string): void;
}

interface Download {
  readonly succeeded: boolean;
  readonly error: Error | null;
  readonly target: { readonly path: string };
}

/** The globals that a script of the browser sees. */
interface FirefoxItself {
  readonly Services: {
    readonly console: {
      getMessageArray(): {
        readonly sourceName: string;
        readonly errorMessage: string;
        readonly flags: number;
      }[];
    };
    readonly tm: { dispatchToMainThread(call: () => void): void };
    readonly uuid: { generateUUID(): unknown };
  };
  readonly Ci: {
    readonly nsIScriptError: new () => { readonly sourceName: string };
    readonly nsIFilePicker: { readonly returnOK: number };
    readonly nsIFile: unknown;
    readonly nsIComponentRegistrar: unknown;
  };
  readonly Cc: Readonly<Record<string, { createInstance(type: unknown): unknown }>>;
  readonly ChromeUtils: {
    generateQI(interfaces: readonly string[]): unknown;
    importESModule(url: string): {
      readonly Downloads: {
        readonly PUBLIC: string;
        getList(which: string): Promise<{
          getAll(): Promise<Download[]>;
          remove(download: Download): Promise<void>;
        }>;
      };
    };
  };
  readonly Components: {
    readonly manager: {
      QueryInterface(type: unknown): {
        registerFactory(id: unknown, name: string, contract: string, factory: object): void;
      };
    };
  };
}
