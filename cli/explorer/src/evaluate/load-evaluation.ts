/**
 * Loads the evaluation once masks of folders are open: most users open single masks. It is there before the user asks for
 * it, so the page can go on without its server.
 */
import { effect, signal } from "@preact/signals";
import { pairs, view } from "../state.js";

/** `null` until it is loaded. */
export const evaluationPart = signal<typeof import("./evaluate-view.js") | null>(null);
/** The folders that the user has chosen; `null` for each that was not chosen. */
export const chosenFolders = signal<{ readonly reference: string | null; readonly other: string | null }>({
  reference: null,
  other: null,
});

export function loadEvaluation(): void {
  effect(() => {
    const isWanted = view.value === "evaluate" || pairs.value.some(({ name }) => name.includes("/"));
    if (!isWanted || evaluationPart.peek() !== null) return;
    import("./evaluate-view.js").then(
      (part) => {
        evaluationPart.value = part;
      },
      // The server is gone, so it is not offered. Opening other masks tries again.
      () => {},
    );
  });
}

/** There is something to evaluate only if two folders have masks of the same names. */
export function canEvaluate(): boolean {
  return view.value === "evaluate" || (evaluationPart.value?.folders.value ?? null) !== null;
}
