/** Loads the export of a data set once a data set is shown, so that the page can go on without its server. */
import { signal } from "@preact/signals";

/** `null` until it is loaded. */
export const exportPart = signal<typeof import("./export/export-dialog.js") | null>(null);
export const isExportShown = signal(false);

export function loadExport(): void {
  if (exportPart.peek() !== null) return;
  import("./export/export-dialog.js").then(
    (part) => {
      exportPart.value = part;
    },
    // The server is gone, so it is not offered. Showing the data set again tries again.
    () => {},
  );
}
