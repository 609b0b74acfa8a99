/** Keys that work wherever the focus is, except in fields in which letters are typed. */

import { findDifference } from "./compare/find-difference.js";
import { isLegendShown, isOutlineOnly } from "./display.js";
import { redo, undo } from "./edit/edit-state.js";
import { startEditing } from "./edit/start-editing.js";
import { keyOf } from "./key-of.js";
import { post } from "./notices.js";
import { openNeighbour } from "./open-files.js";
import { areKeysListed } from "./panels/key-list.js";
import { find, isolated, isolateNone, labels, opened, type View, view } from "./state.js";
import { endMeasuring, measuring, toggleMeasuring } from "./tools/tools-state.js";

/** Views with a stage on which pixels can be measured. */
const MEASURED: readonly View[] = ["one", "compare"];
const FIELDS = "input:not([type=checkbox], [type=radio], [type=range]), select, textarea, dialog";

export function listenToKeys(): void {
  window.addEventListener("keydown", (event) => {
    // In a field, in a list of choices and in a dialog, keys have their own meaning.
    if (event.defaultPrevented || (event.target as Element).closest?.(FIELDS) != null) return;
    if (undoOrRedo(event) || event.ctrlKey || event.metaKey || event.altKey) return;
    const actions: Record<string, () => void> = {
      "?": () => {
        areKeysListed.value = true;
      },
      ...(view.value === "one" && opened.value !== null
        ? {
            j: () => openNeighbour(1),
            k: () => openNeighbour(-1),
            e: () => startEditing(),
            n: () => findDefect(event.shiftKey ? -1 : 1),
            o: () => {
              isOutlineOnly.value = !isOutlineOnly.value;
            },
            l: () => {
              isLegendShown.value = !isLegendShown.value;
            },
            Escape: isolateNone,
          }
        : {}),
      ...(MEASURED.includes(view.value)
        ? {
            m: () => toggleMeasuring(event.shiftKey ? "box" : "distance"),
            ...(measuring.value !== null && { Escape: endMeasuring }),
          }
        : {}),
      ...(view.value === "compare" ? { n: () => findDifference(event.shiftKey ? -1 : 1) } : {}),
    };
    const key = keyOf(event);
    if (!Object.hasOwn(actions, key)) return;
    // Other listeners must not take the key that has ended measuring.
    if (actions[key] !== isolateNone) event.preventDefault();
    actions[key]!();
  });
}

/** Ctrl-Z, Ctrl-Shift-Z and Ctrl-Y; on a Mac with the command key. */
function undoOrRedo(event: KeyboardEvent): boolean {
  if (event.ctrlKey === event.metaKey || event.altKey || view.value !== "one") return false;
  const key = keyOf(event);
  if (key !== "z" && (key !== "y" || event.shiftKey)) return false;
  event.preventDefault();
  if (key === "y" || event.shiftKey) redo();
  else undo();
  return true;
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
