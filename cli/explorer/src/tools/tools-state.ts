/**
 * Which tools of the stage are in use. The tools are loaded once a mask is shown, before the user asks for them, so that the
 * page can go on without its server.
 */
import { effect, signal } from "@preact/signals";
import { dismiss, post } from "../notices.js";
import { opened, view } from "../state.js";

/** What two clicked pixels measure. */
export type Measure = "distance" | "box";

/** `null` until they are loaded. */
export const stageTools = signal<typeof import("./stage-tools.js") | null>(null);
/** `null`: nothing is measured, and a click isolates. */
export const measuring = signal<Measure | null>(null);

export function loadStageTools(): void {
  effect(() => {
    if (opened.value !== null || view.value === "compare") load();
  });
}

/** @returns whether they are loaded. If the server is gone, they are not, and the next call tries again. */
async function load(): Promise<boolean> {
  try {
    stageTools.value ??= await import("./stage-tools.js");
    return true;
  } catch {
    return false;
  }
}

/** Ends it if the same is measured already. */
export async function toggleMeasuring(measure: Measure): Promise<void> {
  if (stageTools.value === null && !(await load())) {
    const text = "The tool to measure could not be loaded.";
    post("measuring", { kind: "error", text, advice: "Try again once the server of the page answers." });
  } else if (measuring.value === measure) {
    endMeasuring();
  } else {
    dismiss("measuring");
    measuring.value = measure;
  }
}

export function endMeasuring(): void {
  measuring.value = null;
  stageTools.value?.forgetEnds();
}
