/// <reference types="node" />
/** `labelmap view`: shows the user's masks in the explorer, in a browser. Only this machine can reach its server. */

import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { realpath, stat } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Command, Option } from "commander";
import { counted } from "labelmap/checks";
import type { SetFormat } from "labelmap/formats";
import { WORK_FOLDER } from "../batch/directory-storage.js";
import { MANIFEST } from "../batch/manifest.js";
import { interruption, noticer, say } from "../batch-run.js";
import { addExamples } from "../help.js";
import { ANY_LEGEND, addLegendFlags, type LegendFlags, oneLegend } from "../legend-flags.js";
import { parsePort } from "../options.js";
import { print } from "../output.js";
import { printable } from "../printable.js";
import { addRunFlags, type RunFlags, WRITES_NOTHING } from "../run-flags.js";
import { otherValues } from "../sources/decoded-output.js";
import { openFiles } from "../sources/open-files.js";
import { candidatesOf, type OpenedSet, openSet, READABLE, sureFormat } from "../sources/open-set.js";
import { openArrays } from "../view-arrays.js";
import { findViewed, isOutputDirectory, type Viewed } from "../view-files.js";
import { startViewServer } from "../view-server.js";
import { viewedItems } from "../view-set.js";

interface ViewFlags extends LegendFlags, RunFlags {
  readonly from?: SetFormat;
  readonly port?: number;
  readonly open?: boolean;
}

/** The folder where `npm run build` puts the page. */
const EXPLORER = fileURLToPath(new URL("../explorer", import.meta.url));

/**
 * The browser stores the page's settings for its address, so the port is the same each time, if it is free. These are the
 * digits of MASK on a telephone.
 */
const PORT = 6275;

/** At most this many left-out files are named. */
const MOST_NAMED = 10;

export function define(command: Command): void {
  command
    .description(
      "Shows masks in the browser: prints an address on this machine, and serves the explorer there until Ctrl-C. In a " +
        "folder and its subfolders it finds each name.png with its result name.json and its photo (name.jpg, name.jpeg, " +
        "name.webp or name_image.*). Masks without a result use the legend of their name or folder (name.csv, labelmap.txt, " +
        "meta.json). In the output of `labelmap fetch` it finds the vendor's files. The page shows files that " +
        "change, and new ones, at once. Nothing leaves this machine. Other machines cannot reach the server, and other users of this machine do " +
        "not know the address, which contains a random token.",
    )
    .argument(
      "<folder|mask>",
      "a folder of masks, a PNG file, or a data set in any format, in a folder or a zip file",
    )
    .argument(
      "[legend]",
      `${ANY_LEGEND}; in a folder, for masks that have no result (default: the files beside the mask)`,
    )
    .addOption(
      new Option("--from <format>", "the format of a data set (default: recognised by its files)").choices(
        READABLE,
      ),
    )
    .option(
      "--port <number>",
      `the port of the server (default: ${PORT} if it is free, otherwise any free port)`,
      parsePort,
    )
    .option("--open", "open the address in the browser")
    .action(view);
  addRunFlags(command, { dryRun: WRITES_NOTHING, json: "the address and the number of masks", quiet: "" });
  addLegendFlags(command, "the same as the second argument");
  addExamples(command, [
    [
      "labelmap view street.png",
      "Show one mask. Its labels are in street.json, and its photo is street.jpg.",
    ],
    ["labelmap view street.png results/7.json", "Show one mask whose result has another name."],
    ["labelmap view masks cityscapes", "Show a folder of masks in the colours of Cityscapes."],
    ["labelmap view VOCdevkit/VOC2012", "Show a data set in its own format; Pascal VOC is recognised."],
    ["labelmap view cvat-export.zip", "Show an export without unpacking it."],
    ["labelmap view masks --open", "Show a folder, and open the browser at once."],
    ["labelmap view dataset --port 8080", "Show the masks that `labelmap fetch` downloaded into dataset."],
  ]);
}

async function view(path: string, argument: string | undefined, flags: ViewFlags): Promise<void> {
  const { port = { preferred: PORT }, open, legend: named, encoding, form } = flags;
  const legend = oneLegend(argument, named);
  const notice = noticer(flags);
  const set = await findSet(path, flags.from, legend, notice);
  const find = set ?? (() => findViewed(path, legend));
  const viewed = await find();
  const { masks, leftOut } = viewed;
  const reading = {
    ...(encoding === undefined ? {} : { encoding }),
    ...(form === undefined ? {} : { form }),
  };
  const server = await startViewServer({
    explorer: EXPLORER,
    viewed,
    find,
    folder: await folderOf(path),
    port,
    reading,
  });
  const signal = interruption("stopped");
  if (!flags.quiet) reportLeftOut(leftOut);
  notice(`${printable(path)}: ${counted(masks.length, "mask")}. Ctrl-C stops the server.`);
  await print(flags.json ? JSON.stringify({ url: server.url, masks: masks.length }) : server.url);
  if (open) openInBrowser(server.urlForOnce);
  if (!signal.aborted) await once(signal, "abort");
  await server.close();
}

/**
 * How to find the masks of a data set whose format has a layout of its own; `undefined` for a folder of masks, which
 * `findViewed` knows better: it also takes masks without a legend.
 */
async function findSet(
  path: string,
  from: SetFormat | undefined,
  legend: string | undefined,
  notice: (text: string) => void,
): Promise<(() => Promise<Viewed>) | undefined> {
  if (!existsSync(path)) return undefined;
  // The files of a zip file are on no disk, so all its formats are read as sets.
  if (/\.zip$/i.test(path)) return findInZip(path, from, legend);
  const format = from ?? (legend === undefined ? await certainFormat(path) : undefined);
  if (format === undefined || format === "mask-folder") return undefined;
  // PNGs of other numbers than class ids are masks without a legend.
  if (format === "label-png" && from === undefined) {
    if ((await otherValues(await openFiles([path]), format)) !== undefined) return undefined;
  }
  const open = () => (format === "npy" ? openArrays(path) : openSet([path], { from: format }));
  let first: OpenedSet | undefined = await open();
  notice(`${printable(path)}: ${first.found}`);
  return async () => {
    const opened = first ?? (await open());
    first = undefined;
    return viewedItems(opened);
  };
}

/** How to find the masks of a zip file. It is opened once, and does not change. */
async function findInZip(
  path: string,
  from: SetFormat | undefined,
  legend: string | undefined,
): Promise<() => Promise<Viewed>> {
  const opened = await openSet([path], {
    ...(from !== undefined && { from }),
    ...(legend !== undefined && { legend }),
  });
  say(`${printable(path)}: ${opened.found}`);
  const viewed = await viewedItems(opened);
  return async () => viewed;
}

/**
 * The format of a data set, if there is no doubt about it, and no masks with legends are likely: a set would hide them. In
 * the output of a command, such masks are parts of the set.
 */
async function certainFormat(path: string): Promise<SetFormat | undefined> {
  if (/\.png$/i.test(path) || (await isOutputDirectory(path))) return undefined;
  const candidates = await candidatesOf(await openFiles([path]));
  const areMasksLikely = candidates.some(
    ({ format, confidence }) => format.name === "mask-folder" && confidence !== "possible",
  );
  return areMasksLikely && !isOwnOutput(path) ? undefined : sureFormat(candidates);
}

/** Whether `labelmap decode` or `labelmap convert` wrote this folder. */
function isOwnOutput(folder: string): boolean {
  return [MANIFEST, WORK_FOLDER].some((name) => existsSync(join(folder, name)));
}

/** `null` if it is a file. */
async function folderOf(path: string): Promise<string | null> {
  return (await stat(path)).isDirectory() ? realpath(path) : null;
}

function reportLeftOut(leftOut: readonly string[]): void {
  if (leftOut.length === 0) return;
  // A name may contain a line break, and `say` keeps line breaks.
  const named = leftOut
    .slice(0, MOST_NAMED)
    .map((name) => printable(name))
    .join(", ");
  const more = leftOut.length > MOST_NAMED ? ` and ${leftOut.length - MOST_NAMED} more` : "";
  say(`Not shown, because they are links out of the folder or cannot be read: ${named}${more}`);
}

/** Uses the system's program for opening addresses. The browser stays open when the server stops. */
function openInBrowser(url: string): void {
  const [program, ...args] =
    process.platform === "darwin"
      ? ["open", url]
      : process.platform === "win32"
        ? ["rundll32", "url.dll,FileProtocolHandler", url]
        : ["xdg-open", url];
  const opener = spawn(program!, args, { stdio: "ignore", detached: true });
  opener.on("error", () => say(`${program} could not start a browser; open the address yourself.`));
  opener.unref();
}
