/** Saves what is shown as a file, and shows the program that writes the same file. */
import { computed, effect, signal } from "@preact/signals";
import { copyText } from "../copy-text.js";
import { exportName } from "../decoding/export-name.js";
import type { ExportKind, KeptLabels } from "../decoding/protocol.js";
import { semanticDtype } from "../decoding/semantic-dtype.js";
import { bytesOf } from "../files/read-source.js";
import { counted, formatBytes } from "../format.js";
import { dismiss, post } from "../notices.js";
import { decoder, report, untilDone } from "../open-mask.js";
import { saveFile } from "../save-file.js";
import { isolated, isShown, labels, type OpenMask, opened, usedLabels } from "../state.js";
import { Checkbox } from "./checkbox.js";
import { CHOICES } from "./export-choices.js";
import { Classes, classes, givenClasses, missing } from "./export-classes.js";
import { exportCode } from "./export-code.js";
import { Picture } from "./export-picture.js";
import { Scrolled } from "./scrolled.js";

const chosen = signal<ExportKind>("npy-label");
/** Whether the file contains only what is shown, not the whole mask. */
const isPartial = signal(true);
effect(() => {
  // The choice was about the labels of another mask.
  if (opened.value !== null) isPartial.value = true;
});
const used = computed(() => usedLabels(labels.value));

/** `null` if all labels are shown. */
const shownLabels = computed<KeptLabels | null>(() => {
  const idsOf = (isListKept: boolean) =>
    used.value.filter((label) => isShown(label) === isListKept).map(({ id, index }) => id ?? index);
  const [kept, leftOut] = [idsOf(true), idsOf(false)];
  if (leftOut.length === 0) return null;
  // If labels are hidden, pixels with unlisted colours stay, as they do on the stage.
  const mayListKept = isolated.value.size > 0 || opened.value?.decoded.unlistedPixels === 0;
  return mayListKept && kept.length <= leftOut.length
    ? { isListKept: true, list: kept }
    : { isListKept: false, list: leftOut };
});

const kept = computed(() => (isPartial.value ? shownLabels.value : null));
const isNothingKept = computed(() => kept.value?.isListKept === true && kept.value.list.length === 0);
const isSaving = signal(false);

export function ExportPanel({ mask }: { mask: OpenMask }) {
  const { kind: labelKind, encoding, form } = mask.decoded;
  const isNamed = labelKind === "labels";
  const choices = isNamed ? CHOICES : CHOICES.filter(({ needsClasses }) => !needsClasses);
  const choice = choices.find(({ kind }) => kind === chosen.value) ?? choices[0]!;
  const { result, mask: maskFile } = mask.pair;
  const code = exportCode(choice.kind, {
    name: mask.pair.name,
    mask: maskFile.name,
    result: result?.name ?? null,
    labels: labelKind,
    encoding,
    form,
    isFormGiven: mask.pair.reading?.form !== undefined,
    classFile: givenClasses.value?.file ?? null,
    missing: missing.value,
    dtype: semanticDtype(classes.value),
    voidId: classes.value.voidId,
    kept: kept.value,
  });
  return (
    <>
      <fieldset class="choices">
        <legend>Export as</legend>
        {choices.map(({ kind, title, text, textOfNumbers }) => (
          <label key={kind}>
            <input
              type="radio"
              name="export"
              value={kind}
              checked={kind === choice.kind}
              onChange={() => {
                chosen.value = kind;
              }}
            />
            <span>
              <strong>{title}</strong>
              <small>{isNamed ? text : textOfNumbers}</small>
            </span>
          </label>
        ))}
      </fieldset>
      <Extent />
      {!isNamed && <p class="quiet">Classes and panoptic maps need the mask's result or legend.</p>}
      {choice.needsClasses && <Classes />}
      <button
        type="button"
        class="button primary"
        disabled={isSaving.value || isNothingKept.value}
        onClick={() => save(mask, choice.kind)}
      >
        {isSaving.value ? "Saving …" : "Save file"}
      </button>
      <section>
        <div class="code-head">
          <h2>The same in code</h2>
          <button type="button" class="button small" onClick={() => copyCode(code)}>
            Copy
          </button>
        </div>
        <Scrolled name="Program">
          <pre>
            <code>{code}</code>
          </pre>
        </Scrolled>
      </section>
      <Picture mask={mask} />
    </>
  );
}

/** Which labels to save: the shown ones, or all. */
function Extent() {
  const counts = `${used.value.filter(isShown).length} of ${counted(used.value.length, "label")}`;
  const isAnyUnknown = labels.value.some(({ isUnknown }) => isUnknown);
  return shownLabels.value === null ? (
    <p class="quiet">
      All labels are shown and will be saved.
      {isAnyUnknown && " Colours missing from the legend are saved as unlabelled."}
    </p>
  ) : (
    <>
      <Checkbox isChecked={isPartial}>
        Only what is shown: {counts}. Pixels of other labels are saved as unlabelled.
      </Checkbox>
      {isNothingKept.value && (
        <p class="quiet">No label from the legend is shown, so there is nothing to save.</p>
      )}
    </>
  );
}

async function save({ pair, png, result }: OpenMask, kind: ExportKind): Promise<void> {
  isSaving.value = true;
  dismiss("export");
  try {
    // Read now: another mask may be opened before the file is ready.
    const list = { classes: classes.value, missing: missing.value };
    const { name, reading = {} } = pair;
    const files = { name, result, resultName: pair.result?.name ?? null, reading };
    const asked = { ...files, kind, ...list, kept: kept.value };
    const file = await untilDone(async () => {
      const bytes = await bytesOf(png, pair.mask);
      return decoder.ask("export", { ...asked, png: bytes }, [bytes.buffer]);
    });
    const saved = saveFile(exportName(pair.name, kind), new Blob([file]));
    post("export", { kind: "info", text: `Saved ${saved} (${formatBytes(file.byteLength)}).` });
  } catch (error) {
    report("export", error, pair.name);
  } finally {
    isSaving.value = false;
  }
}

function copyCode(code: string): Promise<void> {
  const what = `${counted(code.split("\n").length, "line")} of code`;
  return copyText(code, what, "Select the code and copy it yourself.");
}
