/** Light or dark: the system's setting, or the choice made here, which is stored. */
import { computed, effect, signal } from "@preact/signals";
import { setting } from "./settings.js";

export type Theme = "system" | "light" | "dark";

const isTheme = (value: unknown): value is Theme =>
  value === "system" || value === "light" || value === "dark";

export const theme = setting("theme", "system", isTheme);

const systemIsDark = signal(false);

/** The colour around the image (R, G, B), for what is drawn without CSS: the same as `--stage` in style.css. */
export const stageColor = computed<readonly [number, number, number]>(() => {
  const isDark = theme.value === "system" ? systemIsDark.value : theme.value === "dark";
  return isDark ? [16, 18, 22] : [228, 231, 235];
});

/** Keeps the document's `data-theme` in step with the signal. */
export function applyTheme(): void {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  systemIsDark.value = dark.matches;
  dark.addEventListener("change", () => {
    systemIsDark.value = dark.matches;
  });
  effect(() => {
    if (theme.value === "system") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme.value;
  });
}
