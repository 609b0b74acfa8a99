/** Light or dark: the system's setting, or the choice made here, which is stored. */
import { computed, effect, signal } from "@preact/signals";

export type Theme = "system" | "light" | "dark";

const KEY = "labelmap-theme";

export const theme = signal<Theme>(readTheme());

const systemIsDark = signal(false);

/** The colour around the image (R, G, B), for what is drawn without CSS: the same as `--stage` in style.css. */
export const stageColor = computed<readonly [number, number, number]>(() => {
  const isDark = theme.value === "system" ? systemIsDark.value : theme.value === "dark";
  return isDark ? [16, 18, 22] : [228, 231, 235];
});

/** Keeps the document's `data-theme` and the browser's storage in step with the signal. */
export function applyTheme(): void {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  systemIsDark.value = dark.matches;
  dark.addEventListener("change", () => {
    systemIsDark.value = dark.matches;
  });
  effect(() => {
    if (theme.value === "system") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme.value;
    try {
      localStorage.setItem(KEY, theme.value);
    } catch {
      // Storage is not allowed: the choice lasts until the page is closed.
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
