/** Starts the page, opens the list in its address, and starts the worker at once, so that nothing is loaded later. */
import { hydrate } from "preact";
import { App } from "./app.js";
import { closeReplacedPhotos } from "./close-photos.js";
import { guardEdits } from "./edit/edit-state.js";
import { loadEvaluation } from "./evaluate/load-evaluation.js";
import { followServed } from "./follow-served.js";
import { openServed } from "./open-files.js";
import { startWorker } from "./open-mask.js";
import { startHistory } from "./page-history.js";
import { listenToKeys } from "./page-keys.js";
import { storeSettings } from "./settings.js";
import { isMotionReduced } from "./state.js";
import "./style.css";
import { applyTheme } from "./theme.js";
import { loadStageTools } from "./tools/tools-state.js";

applyTheme();
storeSettings();
startHistory();
closeReplacedPhotos();
guardEdits();
loadEvaluation();
loadStageTools();
// The build has put the first view there.
hydrate(<App />, document.getElementById("app")!);
const lessMotion = matchMedia("(prefers-reduced-motion: reduce)");
isMotionReduced.value = lessMotion.matches;
lessMotion.addEventListener("change", ({ matches }) => {
  isMotionReduced.value = matches;
});
listenToKeys();
const files = new URLSearchParams(location.search).get("files");
if (files !== null) {
  openServed(files).then((changes) => {
    if (changes !== null) followServed(files, changes);
  });
}
startWorker();
