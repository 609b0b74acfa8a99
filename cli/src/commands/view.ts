/// <reference types="node" />
/** `labelmap view`: the explorer in a browser with the user's masks, from a server that only this machine reaches. */

import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { Command } from "commander";
import { counted } from "labelmap/checks";
import { interruption, say } from "../batch-run.js";
import { addExamples } from "../help.js";
import { parsePort } from "../options.js";
import { print } from "../output.js";
import { findViewed } from "../view-files.js";
import { startViewServer } from "../view-server.js";

interface ViewFlags {
  readonly port?: number;
  readonly open?: boolean;
}

/** Where `npm run build` puts the page. */
const EXPLORER = fileURLToPath(new URL("../explorer", import.meta.url));

/** What is left out is told by name, up to so many. */
const MOST_TOLD = 10;

export function define(command: Command): void {
  command
    .description(
      "Shows masks in the browser: prints an address on this machine, and serves the explorer there until Ctrl-C. Of a " +
        "folder and its subfolders it shows each name.png with its result name.json and its photo (name.jpg, name.jpeg, " +
        "name.webp or name_image.*), of what `labelmap fetch` made what the vendor delivered. A reload shows what is new. " +
        "Nothing leaves this machine, and other machines cannot reach it.",
    )
    .argument("<folder|mask>", "a folder of masks, or a PNG file")
    .argument("[result]", "of a single mask: its result, JSON (default: MASK's name with .json, if there)")
    .option("--port <number>", "of the server (default: one that is free)", parsePort)
    .option("--open", "open the address in the browser")
    .action(view);
  addExamples(command, [
    ["labelmap view street.png", "One mask; its labels are in street.json, its photo is street.jpg."],
    ["labelmap view street.png results/7.json", "With a result of another name."],
    ["labelmap view masks --open", "A folder, in the browser at once."],
    ["labelmap view dataset --port 8080", "What `labelmap fetch` has put into dataset."],
  ]);
}

async function view(path: string, result: string | undefined, { port = 0, open }: ViewFlags): Promise<void> {
  const { masks, leftOut } = await findViewed(path, result);
  const findMasks = async () => (await findViewed(path, result)).masks;
  const server = await startViewServer({ explorer: EXPLORER, masks, findMasks, port });
  const signal = interruption("stopped");
  tellLeftOut(leftOut);
  say(`${path}: ${counted(masks.length, "mask")}. Ctrl-C stops the server.`);
  await print(server.url);
  if (open) openInBrowser(server.url);
  if (!signal.aborted) await once(signal, "abort");
  await server.close();
}

function tellLeftOut(leftOut: readonly string[]): void {
  if (leftOut.length === 0) return;
  const told = leftOut.slice(0, MOST_TOLD).join(", ");
  const more = leftOut.length > MOST_TOLD ? ` and ${leftOut.length - MOST_TOLD} more` : "";
  say(`Left out, as links out of the folder or not readable: ${told}${more}`);
}

/** By what the system opens addresses with; it goes on when the server has ended. */
function openInBrowser(url: string): void {
  const [program, ...args] =
    process.platform === "darwin"
      ? ["open", url]
      : process.platform === "win32"
        ? ["rundll32", "url.dll,FileProtocolHandler", url]
        : ["xdg-open", url];
  const opener = spawn(program!, args, { stdio: "ignore", detached: true });
  opener.on("error", () => say(`No browser could be started by ${program}; open the address yourself.`));
  opener.unref();
}
