/** Starts the page, opens the list in its address, and starts the worker at once, so that nothing is loaded later. */
import { hydrate } from "preact";
import { App } from "./app.js";
import { closeReplacedPhotos } from "./close-photos.js";
import { openServed } from "./open-files.js";
import { startWorker } from "./open-mask.js";
import { isMotionReduced, isolateNone, view } from "./state.js";
import "./style.css";
import { applyTheme } from "./theme.js";

applyTheme();
closeReplacedPhotos();
// The build has put the first view there.
hydrate(<App />, document.getElementById("app")!);
const lessMotion = matchMedia("(prefers-reduced-motion: reduce)");
isMotionReduced.value = lessMotion.matches;
lessMotion.addEventListener("change", ({ matches }) => {
  isMotionReduced.value = matches;
});
window.addEventListener("keydown", ({ key, target }) => {
  // In a search field or a list of choices, Escape has its own meaning.
  const isInField = (target as Element).closest?.("input[type=search], select") != null;
  if (key === "Escape" && view.value === "one" && !isInField) isolateNone();
});
const files = new URLSearchParams(location.search).get("files");
if (files !== null) openServed(files);
startWorker();
