/** Opens files that are dropped anywhere on the page, and shows during a drag that they can be dropped. */
import { signal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useLayoutEffect } from "preact/hooks";
import { openFiles } from "../open-files.js";
import { report } from "../open-mask.js";
import { droppedFiles } from "./dropped-files.js";

const isOver = signal(false);

export function DropZone({ children }: { children: ComponentChildren }) {
  // Before the page counts as loaded: an ordinary effect comes later, and a file that is dropped before it is lost.
  useLayoutEffect(() => {
    const listeners = new AbortController();
    const on = (type: "dragover" | "dragleave" | "drop", listener: (event: DragEvent) => void) =>
      window.addEventListener(type, listener, { signal: listeners.signal });
    on("dragover", (event) => {
      event.preventDefault();
      isOver.value = true;
    });
    on("dragleave", (event) => {
      if (event.relatedTarget === null) isOver.value = false;
    });
    on("drop", (event) => {
      event.preventDefault();
      isOver.value = false;
      if (event.dataTransfer === null) return;
      droppedFiles(event.dataTransfer).then(openFiles, (error) =>
        report("opening", error, "The dropped files"),
      );
    });
    return () => listeners.abort();
  }, []);
  return (
    <>
      {children}
      {isOver.value && (
        <div class="drop-hint" aria-hidden="true">
          <p>Drop to open</p>
        </div>
      )}
    </>
  );
}
