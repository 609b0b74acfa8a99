/** The layout: toolbar, the view that was chosen, and what is dropped anywhere on the page. */
import type { ComponentChild } from "preact";
import { CompareView } from "./compare/compare-view.js";
import { DatasetView } from "./dataset/dataset-view.js";
import { DropZone } from "./files/drop-zone.js";
import { NoticeBar } from "./panels/notice-bar.js";
import { Toolbar } from "./panels/toolbar.js";
import { opened, pairs, type View, view } from "./state.js";
import { EmptyState } from "./views/empty-state.js";
import { OneMask } from "./views/one-mask.js";

export function App() {
  return (
    <DropZone>
      <div class="app">
        <Toolbar />
        <NoticeBar />
        <main class="main">
          <CurrentView />
        </main>
      </div>
    </DropZone>
  );
}

function CurrentView() {
  if (opened.value === null && pairs.value.length === 0) return <EmptyState />;
  const views: Record<View, ComponentChild> = {
    // Of several masks the first may be broken: the others are there to be chosen.
    one: opened.value === null ? <EmptyState /> : <OneMask mask={opened.value} />,
    compare: <CompareView />,
    dataset: <DatasetView />,
  };
  return views[view.value];
}
