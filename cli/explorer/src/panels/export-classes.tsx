/** The class list that defines the class ids: the mask's own, or one that the user chooses. */
import { computed, signal } from "@preact/signals";
import type { ClassListJSON } from "labelmap";
import type { EncodingName } from "labelmap/ids";
import { useRef } from "preact/hooks";
import { colorsOfClasses, maskColorOf } from "../coloring.js";
import type { MissingClasses } from "../decoding/protocol.js";
import { dismiss } from "../notices.js";
import { decoder, report, untilDone } from "../open-mask.js";
import { opened } from "../state.js";
import { Checkbox } from "./checkbox.js";
import { Scrolled } from "./scrolled.js";

/** The list that the user has chosen, and the name of its file. */
export const givenClasses = signal<{ readonly file: string; readonly list: ClassListJSON } | null>(null);

/** The classes of the mask, in the order of `ClassList.fromResults`. */
const ownClasses = computed<ClassListJSON>(() => {
  const labels = opened.value?.decoded.labels.filter(({ isUnknown }) => !isUnknown) ?? [];
  return classListOf(labels.map(({ className }) => className));
});

/** A list of these names, in their order. */
export function classListOf(all: Iterable<string>): ClassListJSON {
  const names = [...new Set(all)].sort();
  const voidId = names.length <= 255 ? 255 : 65_535;
  const classes = names.map((name, id) => ({ id, name }));
  return { version: 1, classes, voidId, ignoreId: voidId, void: [], ignore: [] };
}

export const classes = computed(() => givenClasses.value?.list ?? ownClasses.value);
/** Whether classes that are missing from the chosen list become void. The mask's own list has all classes. */
const isMissingVoid = signal(false);
export const missing = computed<MissingClasses>(() =>
  givenClasses.value !== null && isMissingVoid.value ? "void" : "error",
);

/** The most class names in the document. Thousands would block the page for seconds. */
const MOST_LISTED = 200;

interface ClassesProps {
  /** The list, if the user has chosen none. Default: that of the shown mask. */
  readonly own?: ClassListJSON;
  /** Whose it is then. */
  readonly whose?: "mask's" | "masks'";
  /** How the masks were read, which decides on the colours of classes. Default: the shown mask. */
  readonly encoding?: EncodingName;
}

export function Classes({
  own = ownClasses.value,
  whose = "mask's",
  encoding = opened.value!.decoded.encoding,
}: ClassesProps) {
  const input = useRef<HTMLInputElement>(null);
  const given = givenClasses.value;
  const { classes: list, voidId } = given?.list ?? own;
  const shown = list.slice(0, MOST_LISTED);
  const colors = colorsOfClasses(
    { encoding },
    shown.map(({ name }) => ({ name, color: maskColorOf(name) })),
  );
  return (
    <div class="classes">
      <p>
        {given === null ? `The ${whose} own classes, numbered by name` : given.file}: {list.length}{" "}
        {list.length === 1 ? "class" : "classes"}, void {voidId}.
      </p>
      <Scrolled name="Class ids">
        <p class="quiet">
          {shown.map(({ id, name }, place) => (
            <span key={id}>
              {place > 0 && " · "}
              <span class="swatch" style={{ backgroundColor: colors[place]! }} /> <bdi>{`${id} ${name}`}</bdi>
            </span>
          ))}
          {list.length > MOST_LISTED && ` … and ${list.length - MOST_LISTED} more`}
        </p>
      </Scrolled>
      {given !== null && (
        <Checkbox isChecked={isMissingVoid}>Save classes that are missing from the list as void.</Checkbox>
      )}
      <div class="class-actions">
        <button type="button" class="button small" onClick={() => input.current!.click()}>
          Use a class list…
        </button>
        {given !== null && (
          <button
            type="button"
            class="button small"
            onClick={() => {
              givenClasses.value = null;
            }}
          >
            Use the {whose} own classes
          </button>
        )}
      </div>
      <input
        ref={input}
        type="file"
        accept=".json"
        hidden
        aria-label="Class list"
        onChange={({ currentTarget }) => {
          const [file] = currentTarget.files ?? [];
          if (file !== undefined) takeClasses(file);
          currentTarget.value = "";
        }}
      />
    </div>
  );
}

async function takeClasses(file: File): Promise<void> {
  try {
    const text = await file.text();
    const list = await untilDone(() => decoder.ask("classes", text));
    givenClasses.value = { file: file.name, list };
    dismiss("class list");
  } catch (error) {
    report("class list", error, file.name);
  }
}
