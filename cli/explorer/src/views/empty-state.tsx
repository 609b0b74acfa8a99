/** What the page says before there is a mask. */
import { FilePickers } from "../files/file-pickers.js";
import { openServed } from "../open-files.js";
import { focusStage } from "../stage/focus-stage.js";
import { busyWith } from "../state.js";

const SAMPLE = "sample/files.json";

export function EmptyState() {
  return (
    <section class="empty" aria-labelledby="empty-title">
      <div class="empty-card">
        <svg class="empty-picture" width="96" height="64" viewBox="0 0 96 64" aria-hidden="true">
          <rect class="tint-1" width="96" height="64" rx="6" />
          <path class="tint-2" d="M0 40 22 30 44 38 70 24 96 34V58a6 6 0 0 1-6 6H6a6 6 0 0 1-6-6Z" />
          <path class="tint-3" d="M30 64 44 38 52 38 70 64Z" />
          <rect class="tint-4" x="58" y="40" width="20" height="12" rx="3" />
        </svg>
        <h1 id="empty-title">Drop a mask to look at it</h1>
        <p>
          A PNG and the result or legend that says what its colours mean, or a folder of them. Files are
          paired by their names:
        </p>
        <dl class="empty-files">
          <dt>street.png</dt>
          <dd>the mask</dd>
          <dt>street.json</dt>
          <dd>its result; without it, each colour or number is a label</dd>
          <dt>labelmap.txt</dt>
          <dd>or another legend (meta.json, a CSV): for masks without a result</dd>
          <dt>street.jpg</dt>
          <dd>the photo, if there is one</dd>
        </dl>
        <div class="empty-actions">
          <FilePickers />
          <button
            type="button"
            class="button primary"
            disabled={busyWith.value !== null}
            onClick={() => openServed(SAMPLE).then(focusStage)}
          >
            Open a sample
          </button>
        </div>
        <p class="quiet">Everything is decoded in this browser. Your files never leave it.</p>
      </div>
    </section>
  );
}
