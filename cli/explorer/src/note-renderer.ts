/** Remembers which renderer draws, and says so if the graphics card is lost. */
import { post } from "./notices.js";
import type { RendererName } from "./stage/make-renderer.js";
import { rendererName } from "./state.js";

export function noteRenderer(name: RendererName, isLost: boolean): void {
  rendererName.value = name;
  if (!isLost) return;
  const text =
    "The browser no longer lets this page draw with the graphics card. The page now draws without it.";
  post("drawing", { kind: "info", text, advice: "If it is slow, reload the page." });
}
