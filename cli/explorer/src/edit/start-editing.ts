/** Where the focus is when labels are edited. */
import { post } from "../notices.js";
import { chosenTab } from "../panels/chosen-tab.js";
import { isolate, isolated, opened } from "../state.js";
import { isEditable } from "./edit-state.js";

export const NAME_FIELD = "edit-name";
export const UNDO_BUTTON = "edit-undo";

/** @param label is isolated, unless it is already. Without it, the isolated labels are edited. */
export function startEditing(label?: number): void {
  if (opened.value === null) return;
  if (!isEditable(opened.value)) {
    post("editing", {
      kind: "info",
      text: "Each number of this mask is a class and an object, so its legend cannot be edited.",
    });
    return;
  }
  if (label !== undefined && !isolated.value.has(label)) isolate(label);
  chosenTab.value = "edit";
  // Once the panel is in the document.
  requestAnimationFrame(() => {
    const field = document.getElementById(NAME_FIELD) as HTMLInputElement | null;
    (field ?? document.getElementById("tab-edit"))?.focus();
    field?.select();
  });
}

/** After an edit, what had the focus may be gone. */
export function keepFocus(preferred?: string): void {
  requestAnimationFrame(() => {
    if (document.activeElement !== document.body) return;
    const candidates = [preferred, `#${UNDO_BUTTON}`, "#tab-edit"].filter((one) => one !== undefined);
    for (const candidate of candidates) {
      const found = document.querySelector<HTMLElement>(`${candidate}:enabled`);
      if (found !== null) return found.focus();
    }
  });
}
