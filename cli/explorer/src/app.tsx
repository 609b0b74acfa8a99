/** The layout: the toolbar, the messages and the chosen view. Files can be dropped anywhere on the page. */
import type { ComponentChild } from "preact";
import { CompareView } from "./compare/compare-view.js";
import { DatasetView } from "./dataset/dataset-view.js";
import { evaluationPart } from "./evaluate/load-evaluation.js";
import { DropZone } from "./files/drop-zone.js";
import { KeyList } from "./panels/key-list.js";
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
        <KeyList />
      </div>
    </DropZone>
  );
}

function CurrentView() {
  if (opened.value === null && pairs.value.length === 0) return <EmptyState />;
  const Evaluation = evaluationPart.value?.EvaluateView;
  const views: Record<View, ComponentChild> = {
    // The first of several masks may be broken. The others can still be chosen.
    one: opened.value === null ? <EmptyState /> : <OneMask mask={opened.value} />,
    compare: <CompareView />,
    dataset: <DatasetView />,
    evaluate: Evaluation !== undefined && <Evaluation />,
  };
  return views[view.value];
}
