/** The layout: toolbar, the view that was chosen, and what is dropped anywhere on the page. */
import type { ComponentChild } from "preact";
import { DropZone } from "./files/drop-zone.js";
import { NoticeBar } from "./panels/notice-bar.js";
import { Toolbar } from "./panels/toolbar.js";
import { opened, type View, view } from "./state.js";
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
  if (opened.value === null) return <EmptyState />;
  const views: Record<View, ComponentChild> = {
    one: <OneMask mask={opened.value} />,
    compare: null,
    dataset: null,
  };
  return views[view.value];
}
