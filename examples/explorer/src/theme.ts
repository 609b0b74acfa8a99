/** Light or dark: as the system says, or as was chosen here, which is kept. */
import { effect, signal } from "@preact/signals";

export type Theme = "system" | "light" | "dark";

const KEY = "labelmap-theme";

export const theme = signal<Theme>(readTheme());

/** Keeps the document's `data-theme` and the browser's storage as the signal is. */
export function applyTheme(): void {
  effect(() => {
    if (theme.value === "system") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme.value;
    try {
      localStorage.setItem(KEY, theme.value);
    } catch {
      // Storage is forbidden: the choice lasts as long as the page.
    }
  });
}

function readTheme(): Theme {
  try {
    const kept = localStorage.getItem(KEY);
    return kept === "light" || kept === "dark" ? kept : "system";
  } catch {
    return "system";
  }
}
