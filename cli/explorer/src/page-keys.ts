/** Keys that work wherever the focus is, except in fields in which letters are typed. */
import { isOutlineOnly } from "./display.js";
import { keyOf } from "./key-of.js";
import { post } from "./notices.js";
import { openNeighbour } from "./open-files.js";
import { areKeysListed } from "./panels/key-list.js";
import { find, isolated, isolateNone, labels, opened, view } from "./state.js";

const FIELDS = "input:not([type=checkbox], [type=radio], [type=range]), select, textarea, dialog";

export function listenToKeys(): void {
  window.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    // In a field, in a list of choices and in a dialog, keys have their own meaning.
    if ((event.target as Element).closest?.(FIELDS) != null) return;
    const actions: Record<string, () => void> = {
      "?": () => {
        areKeysListed.value = true;
      },
      ...(view.value === "one" && opened.value !== null
        ? {
            j: () => openNeighbour(1),
            k: () => openNeighbour(-1),
            n: () => findDefect(event.shiftKey ? -1 : 1),
            o: () => {
              isOutlineOnly.value = !isOutlineOnly.value;
            },
            Escape: isolateNone,
          }
        : {}),
    };
    const key = keyOf(event);
    if (!Object.hasOwn(actions, key)) return;
    if (key !== "Escape") event.preventDefault();
    actions[key]!();
  });
}

/** Finds the next unknown colour or id, the largest first. After the last one it begins again. */
function findDefect(step: 1 | -1): void {
  const unknown = labels.value
    .filter(({ isUnknown, pixelCount }) => isUnknown && pixelCount > 0)
    .sort((a, b) => b.pixelCount - a.pixelCount);
  if (unknown.length === 0) {
    post("defects", { kind: "info", text: "Every pixel has a label from the legend." });
    return;
  }
  const [only] = isolated.value.size === 1 ? isolated.value : [];
  const place = unknown.findIndex(({ index }) => index === only);
  const next = place < 0 ? (step > 0 ? 0 : unknown.length - 1) : place + step;
  const found = unknown[(next + unknown.length) % unknown.length]!;
  find(found.index);
  const at = unknown.indexOf(found) + 1;
  post("defects", { kind: "info", text: `Unknown ${at} of ${unknown.length}: ${found.name}.` });
}
