/** All masks: a picture of each, and the library's report on all of them beside the pictures. */
import { useEffect } from "preact/hooks";
import { pairs } from "../state.js";
import { takePairs } from "./dataset-state.js";
import { exportPart, loadExport } from "./load-export.js";
import { readThumbnails } from "./read-thumbnails.js";
import { ReportPanel } from "./report-panel.js";
import { Thumbnails } from "./thumbnails.js";
import "./dataset.css";

export function DatasetView() {
  const masks = pairs.value;
  useEffect(() => {
    takePairs(masks);
    const stop = new AbortController();
    readThumbnails(stop.signal);
    return () => stop.abort();
  }, [masks]);
  useEffect(loadExport, []);
  const Dialog = exportPart.value?.ExportDialog;
  return (
    <div class="one-mask dataset-view">
      <Thumbnails />
      <aside class="side" aria-label="About the data set">
        <ReportPanel />
      </aside>
      {Dialog !== undefined && <Dialog />}
    </div>
  );
}
