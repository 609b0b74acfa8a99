/** Exports all masks that are listed: the kinds of the export of one mask, in one zip file or in a new folder. */
import { batch, computed, signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { copyText } from "../../copy-text.js";
import { setName } from "../../decoding/export-name.js";
import type { ExportKind } from "../../decoding/protocol.js";
import { semanticDtype } from "../../decoding/semantic-dtype.js";
import { unsavedPairs } from "../../edit/edit-state.js";
import { counted, formatBytes, formatCount } from "../../format.js";
import { post } from "../../notices.js";
import { isAbort } from "../../open-mask.js";
import { CHOICES } from "../../panels/export-choices.js";
import { Classes, classListOf, givenClasses, missing } from "../../panels/export-classes.js";
import { Scrolled } from "../../panels/scrolled.js";
import { saveFile } from "../../save-file.js";
import { entryOf, progress } from "../dataset-state.js";
import { isFiltered, listedPairs } from "../filter.js";
import { isExportShown } from "../load-export.js";
import { shownEncoding } from "../shown-encoding.js";
import { exportCommand } from "./export-command.js";
import { CLASSES, type ExportOutcome, exportMasks, MASKS, type SetExport } from "./export-masks.js";
import { folderSink, type Sink, zipSink } from "./sinks.js";
import "./export-dialog.css";

const chosen = signal<ExportKind>("npy-label");
const choice = computed(() => CHOICES.find(({ kind }) => kind === chosen.value)!);

interface Running {
  readonly done: number;
  readonly total: number;
  readonly stop: AbortController;
}
/** `null` if nothing is exported. It goes on while the dialog is closed. */
const running = signal<Running | null>(null);
/** How the last export ended. */
const ended = signal<{ readonly text: string; readonly failures: ExportOutcome["failures"] } | null>(null);

/** So many failures are listed here. `failed.json` has all. */
const MOST_LISTED = 100;

/** The masks of which something is known. The classes of the others are not. */
const readMasks = computed(() => {
  progress.value;
  return listedPairs.value
    .map((pair) => entryOf(pair).peek())
    .filter((entry) => entry.kind === "read" || entry.kind === "failed");
});

const ownClasses = computed(() =>
  classListOf(
    readMasks.value.flatMap((entry) =>
      entry.kind === "read" && entry.labelKind === "labels"
        ? entry.map.labels.map(({ className }) => className)
        : [],
    ),
  ),
);

const about = computed<SetExport>(() => {
  const { kind, needsClasses } = choice.value;
  const list = givenClasses.value?.list ?? ownClasses.value;
  return { kind, classes: needsClasses ? list : null, missing: needsClasses ? missing.value : "error" };
});

export function ExportDialog() {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (isExportShown.value) dialog.current!.showModal();
    else dialog.current!.close();
  }, [isExportShown.value]);
  return (
    <dialog
      ref={dialog}
      class="export-set"
      aria-labelledby="export-set-title"
      onClose={() => {
        isExportShown.value = false;
      }}
    >
      {isExportShown.value && <Content />}
    </dialog>
  );
}

function Content() {
  const masks = listedPairs.value;
  const unread = masks.length - readMasks.value.length;
  const isBusy = running.value !== null;
  const isReady = !isBusy && masks.length > 0 && (unread === 0 || !choice.value.needsClasses);
  return (
    <>
      <form method="dialog" class="export-set-head">
        <h1 id="export-set-title">Export {counted(masks.length, "mask")}</h1>
        <button type="submit" class="button">
          Close
        </button>
      </form>
      <p class="quiet">
        {masks.length === 0
          ? "The filter lists no mask. Close this and change the filter."
          : `${isFiltered.value ? "The masks that the filter lists" : "All masks"}, each in a file of its own, with all of its labels.`}
      </p>
      <fieldset class="choices" disabled={isBusy}>
        <legend>Export as</legend>
        {CHOICES.map(({ kind, title, text }) => (
          <label key={kind}>
            <input
              type="radio"
              name="export-set"
              value={kind}
              checked={kind === chosen.value}
              onChange={() => {
                chosen.value = kind;
              }}
            />
            <span>
              <strong>{title}</strong>
              <small>{text}</small>
            </span>
          </label>
        ))}
      </fieldset>
      {choice.value.needsClasses && (
        <Classes own={ownClasses.value} whose="masks'" encoding={shownEncoding()} />
      )}
      {unread > 0 && choice.value.needsClasses && (
        <p class="quiet">{counted(unread, "mask")} must be read first: their classes are not known yet.</p>
      )}
      <div class="export-set-actions">
        <button type="button" class="button primary" disabled={!isReady} onClick={() => saveZip()}>
          Save as .zip
        </button>
        {"showDirectoryPicker" in window && (
          <button type="button" class="button" disabled={!isReady} onClick={() => saveFolder()}>
            Save to a folder…
          </button>
        )}
      </div>
      <Outcome />
      <Command />
    </>
  );
}

function Outcome() {
  const now = running.value;
  const { text, failures } = ended.value ?? { text: "", failures: [] };
  return (
    <>
      {now !== null && (
        <div class="export-set-actions">
          <label class="dataset-progress quiet">
            {formatCount(now.done)} of {formatCount(now.total)} exported
            <progress max={now.total} value={now.done} />
          </label>
          <button type="button" class="button" onClick={() => now.stop.abort()}>
            Cancel
          </button>
        </div>
      )}
      <p role="status">{text}</p>
      {failures.length > 0 && (
        <Scrolled name="Masks that were not exported">
          <ul class="issues failures">
            {failures.slice(0, MOST_LISTED).map(({ mask, code, message }, place) => (
              <li key={place}>
                <p>
                  <strong>
                    <bdi>{mask}</bdi>:
                  </strong>{" "}
                  {message}
                </p>
                <code>{code}</code>
              </li>
            ))}
          </ul>
          {failures.length > MOST_LISTED && (
            <p class="quiet">… and {formatCount(failures.length - MOST_LISTED)} more in failed.json.</p>
          )}
        </Scrolled>
      )}
    </>
  );
}

function Command() {
  const { classes } = about.value;
  const dtype = classes === null ? "int32" : semanticDtype(classes);
  const command = exportCommand(listedPairs.value, about.value, dtype);
  if (command === null) return null;
  const files = [MASKS, CLASSES].filter((file) => command.includes(` ${file} `));
  return (
    <section>
      <div class="code-head">
        <h2>The same with the command</h2>
        <button
          type="button"
          class="button small"
          onClick={() => copyText(command, "the command", "Select the command and copy it yourself.")}
        >
          Copy
        </button>
      </div>
      <Scrolled name="Command">
        <pre>
          <code>{command}</code>
        </pre>
      </Scrolled>
      <p class="quiet">
        Run it where the masks are{files.length > 0 && `, with ${files.join(" and ")} of the export`}. It
        writes the same values to the folder maps. For a data set in a format of its own, give its folder in
        place of the masks.
        {unsavedPairs.value.length > 0 && " First save the legends that you have edited beside their masks."}
      </p>
    </section>
  );
}

async function saveZip(): Promise<void> {
  const sink = zipSink();
  await run(sink, async (what) => {
    const zip = (await sink.finish())!;
    return `Saved ${saveFile(`${setName(about.value.kind)}.zip`, zip)} (${formatBytes(zip.size)}): ${what}`;
  });
}

async function saveFolder(): Promise<void> {
  try {
    const parent = await window.showDirectoryPicker!({ mode: "readwrite" });
    const sink = await folderSink(parent, setName(about.value.kind));
    await run(sink, async (what) => `Saved to the folder ${sink.name}: ${what}`, sink.name);
  } catch (error) {
    // The user has chosen no folder.
    if (!isAbort(error)) end(`The folder cannot be written: ${(error as Error).message}`, [], "error");
  }
}

/** @param folder which keeps what was written before the export was cancelled */
async function run(sink: Sink, finish: (what: string) => Promise<string>, folder?: string): Promise<void> {
  const masks = listedPairs.value;
  const stop = new AbortController();
  const show = (done: number) => {
    running.value = { done, total: masks.length, stop };
  };
  ended.value = null;
  show(0);
  try {
    const { saved, failures } = await exportMasks(masks, about.value, sink, {
      signal: stop.signal,
      onProgress: show,
    });
    if (saved === 0 && folder === undefined) {
      end("No mask could be exported, so nothing was saved.", failures, "error");
      return;
    }
    const failed =
      failures.length === 0
        ? ""
        : ` ${counted(failures.length, "mask")} could not be saved: see failed.json.`;
    end(`${await finish(counted(saved, "mask"))}.${failed}`, failures, failed === "" ? "info" : "error");
  } catch (error) {
    if (!stop.signal.aborted) end(`The export failed: ${(error as Error).message}`, [], "error");
    else if (folder === undefined) end("Cancelled. Nothing was saved.", [], "info");
    else end(`Cancelled. The folder ${folder} has the files up to then.`, [], "info");
  }
}

function end(text: string, failures: ExportOutcome["failures"], kind: "info" | "error"): void {
  batch(() => {
    running.value = null;
    ended.value = { text, failures };
    // The dialog shows it. It may be closed.
    if (!isExportShown.value) post("export", { kind, text });
  });
}

declare global {
  interface Window {
    /** Only some browsers have it. */
    showDirectoryPicker?(options: { readonly mode: "readwrite" }): Promise<FileSystemDirectoryHandle>;
  }
}
