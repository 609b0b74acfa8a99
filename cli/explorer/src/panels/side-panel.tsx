/** Tabs beside the stage. As the ARIA Authoring Practices recommend, arrow keys go from tab to tab. */
import type { ComponentType } from "preact";
import { EditPanel } from "../edit/edit-panel.js";
import { type OpenMask, usedLabels } from "../state.js";
import { chosenTab } from "./chosen-tab.js";
import { Defects, defectCount } from "./defects.js";
import { ExportPanel } from "./export.js";
import { LabelList } from "./label-list.js";
import { Timings } from "./timings.js";

interface Tab {
  readonly id: typeof chosenTab.value;
  readonly title: string;
  readonly Panel: ComponentType<{ mask: OpenMask }>;
  count?(mask: OpenMask): number;
  /** Whether a count above zero is a warning. */
  readonly isWarning?: boolean;
}

const TABS: readonly Tab[] = [
  {
    id: "labels",
    title: "Labels",
    Panel: LabelList,
    count: ({ decoded }) => usedLabels(decoded.labels).length,
  },
  {
    id: "defects",
    title: "Defects",
    Panel: Defects,
    count: ({ decoded }) => defectCount(decoded),
    isWarning: true,
  },
  { id: "edit", title: "Edit", Panel: EditPanel },
  { id: "export", title: "Export", Panel: ExportPanel },
  { id: "timings", title: "Timings", Panel: Timings },
];

export function SidePanel({ mask }: { mask: OpenMask }) {
  const tab = TABS.find(({ id }) => id === chosenTab.value)!;
  const onKeyDown = (event: KeyboardEvent) => {
    const place = TABS.indexOf(tab);
    const last = TABS.length - 1;
    const next = { ArrowRight: place + 1, ArrowLeft: place - 1, Home: 0, End: last }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    chosenTab.value = TABS[(next + TABS.length) % TABS.length]!.id;
    document.getElementById(`tab-${chosenTab.value}`)!.focus();
  };
  return (
    <>
      <div class="tabs" role="tablist" aria-label="Mask details" onKeyDown={onKeyDown}>
        {TABS.map(({ id, title, count, isWarning }) => (
          <button
            key={id}
            id={`tab-${id}`}
            type="button"
            role="tab"
            aria-selected={id === tab.id}
            aria-controls="tab-panel"
            tabIndex={id === tab.id ? 0 : -1}
            onClick={() => {
              chosenTab.value = id;
            }}
          >
            {title}
            {count !== undefined && <Count count={count(mask)} isWarning={isWarning === true} />}
          </button>
        ))}
      </div>
      <div
        id="tab-panel"
        class={`tab-panel tab-panel-${tab.id}`}
        role="tabpanel"
        aria-labelledby={`tab-${tab.id}`}
        // Text without controls: keys can scroll it only if it can have the focus.
        tabIndex={tab.id === "timings" || tab.id === "defects" ? 0 : undefined}
      >
        <tab.Panel mask={mask} />
      </div>
    </>
  );
}

function Count({ count, isWarning }: { count: number; isWarning: boolean }) {
  return (
    <>
      {" "}
      <span class={`count${isWarning && count > 0 ? " badge" : ""}`}>{count}</span>
    </>
  );
}
