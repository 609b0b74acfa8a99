/** `labelmap overlay` of a data set: a picture of each image, in a folder. */

import { basename, extname } from "node:path";
import { LabelMapError } from "labelmap";
import { counted } from "labelmap/checks";
import type { FileSource, SetItem } from "labelmap/formats";
import { withLock } from "../batch/run.js";
import { interruption, noticer, say } from "../batch-run.js";
import { RecordedFolder } from "../convert/recorded-folder.js";
import { describeOdd } from "../decode/sources.js";
import { inFlags } from "../in-flags.js";
import { inFile } from "../input.js";
import { type Failure, failureOf } from "../inspect-set/walk.js";
import { print } from "../output.js";
import { printable } from "../printable.js";
import { startProgress } from "../progress.js";
import { openSet, type SourceFlags } from "../sources/open-set.js";
import { checkOutside } from "../sources/outside-source.js";
import { UsageError } from "../usage-error.js";
import { encodeCanvas } from "./canvas.js";
import { drawOverlay } from "./draw-overlay.js";
import { readPhoto } from "./read-photo.js";

export interface OverlaySetFlags extends SourceFlags {
  readonly output: string;
  readonly opacity: number;
  readonly force?: boolean;
  readonly dryRun?: boolean;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

const MOST_PRINTED_FAILURES = 10;

/**
 * Draws the labels of each image, over its photo if the set has it. The exit code is 1 if an image cannot be drawn.
 * @throws {UsageError}: no format is recognised, or several; the output is the source, or a file
 */
export async function overlaySet(paths: readonly string[], flags: OverlaySetFlags): Promise<void> {
  const { output: out, opacity, force = false, json = false, quiet = false } = flags;
  if (/^\.(png|jpe?g|webp)$/i.test(extname(out)) || out === "-") {
    throw new UsageError(`overlay of a data set writes a picture of each image; give a folder, not ${out}`);
  }
  const opened = await openSet(paths, flags);
  const { set, name, found, source, inputs } = opened;
  const notice = noticer(flags);
  notice(`${printable(name)}: ${found}`);
  for (const { message } of set.issues) notice(`  ${message}`);
  checkOutside(out, opened);
  if (flags.dryRun) {
    const plan = { source: name, from: set.format.name, out, images: set.count };
    return print(
      json
        ? printable(JSON.stringify(plan))
        : printable(`${out}: would draw ${counted(set.count, "image")} of ${name}`),
    );
  }
  const signal = interruption();
  const progress = await startProgress(set.count, { isQuiet: quiet });
  const failures: Failure[] = [];
  let drawn = 0;
  const kept = await withLock(out, async () => {
    const { dryRun: _, json: __, quiet: ___, force: ____, output: _____, ...options } = flags;
    const folder = await RecordedFolder.open(out, { overlay: inputs, ...options }, force);
    try {
      for await (const item of set) {
        signal.throwIfAborted();
        try {
          await folder.write(`${item.name}.png`, await draw(item, source, opacity));
          drawn++;
        } catch (error) {
          if (error instanceof UsageError) throw error;
          failures.push(failureOf(item.name, error));
        }
        progress.update({ done: drawn, failed: failures.length, kept: 0, failedBefore: 0 });
      }
      // The picture of an image that cannot be read today may still be good.
      if (failures.length === 0) await folder.removeStale();
      return folder.kept;
    } finally {
      progress.stop();
      await folder.close();
    }
  });
  for (const line of describeOdd(opened)) notice(line);
  for (const { name: image, code, message } of failures.slice(0, MOST_PRINTED_FAILURES)) {
    say(printable(`  ${image}: ${code}: ${inFlags(message, code)}`));
  }
  if (failures.length > MOST_PRINTED_FAILURES) say(`  and ${failures.length - MOST_PRINTED_FAILURES} more`);
  if (json) await print(printable(JSON.stringify({ out, drawn, kept, failed: failures.length, failures })));
  else {
    const parts = [
      `${counted(drawn, "picture")}`,
      ...(kept > 0 ? [`${kept} already up to date`] : []),
      ...(failures.length > 0 ? [`${failures.length} failed`] : []),
    ];
    await print(`${printable(out)}: ${parts.join(", ")}`);
  }
  if (failures.length > 0) process.exitCode = 1;
}

async function draw(item: SetItem, source: FileSource, opacity: number): Promise<Uint8Array> {
  const map = await item.map();
  const { photo: path } = item;
  const photo =
    path === null
      ? null
      : await readPhoto(new Uint8Array(await source.read(path))).catch((error: unknown) => {
          throw error instanceof LabelMapError ? inFile(error, basename(path)) : error;
        });
  return encodeCanvas(drawOverlay(map, { photo, opacity }));
}
