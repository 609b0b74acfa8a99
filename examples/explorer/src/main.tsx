/** Starts the page: the worker at once, so that nothing is left to be loaded later, and what the address asks for. */
import { hydrate } from "preact";
import { App } from "./app.js";
import { openServed, startWorker } from "./open-mask.js";
import { isMotionReduced, isolateNone, view } from "./state.js";
import "./style.css";
import { applyTheme } from "./theme.js";

applyTheme();
// The build has put there what it shows at first.
hydrate(<App />, document.getElementById("app")!);
isMotionReduced.value = matchMedia("(prefers-reduced-motion: reduce)").matches;
window.addEventListener("keydown", ({ key, target }) => {
  // In a search field or a list of choices the key has a meaning of its own.
  const isInField = (target as Element).closest?.("input[type=search], select") != null;
  if (key === "Escape" && view.value === "one" && !isInField) isolateNone();
});
const files = new URLSearchParams(location.search).get("files");
if (files !== null) openServed(files);
startWorker();
