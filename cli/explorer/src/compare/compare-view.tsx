/** Two masks of one image: the stage shows where they differ, and the panel beside it how much. */
import { useEffect, useRef } from "preact/hooks";
import type { ComparedMasks } from "../decoding/protocol.js";
import { noteRenderer } from "../note-renderer.js";
import type { Camera } from "../stage/camera.js";
import { Stage } from "../stage/stage.js";
import { describePixel, pairs } from "../state.js";
import { stageColor } from "../theme.js";
import { MeasureButton } from "../tools/measure-button.js";
import { measuring, stageTools } from "../tools/tools-state.js";
import { CellCard, describeCell, nameOfCell } from "./cell-card.js";
import { ClassTable } from "./class-table.js";
import {
  cellFlight,
  cellPalette,
  cellTarget,
  comparison,
  comparisonFailure,
  isolateCell,
  isolatedCell,
  isSeeking,
  lastCompared,
  other,
  pointedPixel,
  reference,
  seekOther,
  shown,
} from "./compare-state.js";
import { ConfusionMatrix } from "./confusion-matrix.js";
import { MaskChoice } from "./mask-choice.js";
import { runComparison } from "./run-comparison.js";
import { ShownChoice } from "./shown-choice.js";
import { Summary } from "./summary.js";
import { Swipe } from "./swipe.js";
import "./compare.css";

export function CompareView() {
  const [first, second] = [reference.value, other.value];
  useEffect(() => {
    const run = new AbortController();
    runComparison(first, second, run.signal);
    return () => {
      run.abort();
      lastCompared.value = null;
    };
  }, [first, second]);
  const all = pairs.value;
  useEffect(() => {
    seekOther(first);
  }, [first, second, all]);
  useEffect(() => {
    const onKeyDown = ({ key, defaultPrevented }: KeyboardEvent) => {
      if (key === "Escape" && !defaultPrevented) isolatedCell.value = -1;
    };
    window.addEventListener("keydown", onKeyDown);
    return () => window.removeEventListener("keydown", onKeyDown);
  }, []);

  const camera = useRef<Camera | null>(null);
  const onCamera = useRef<((camera: Camera | null) => void) | null>(null);

  const compared = comparison.value;
  const measure = measuring.value;
  const tools = stageTools.value;
  const pointed = pointedPixel.value;
  return (
    <div class="one-mask compare-view">
      <div class="stage-area">
        {compared !== null && <ShownChoice />}
        <Stage
          label={
            compared === null
              ? "No comparison"
              : `${second!.name} compared with ${first!.name}: ${compared.cells.length} pairs of classes`
          }
          description={measure === null ? describeCell() : describePixel(pointed)}
          image={compared}
          palette={cellPalette.value}
          photo={null}
          opacity={1}
          outlined={isolatedCell.value}
          background={stageColor.value}
          flyTo={cellFlight.value}
          onFlight={() => {
            cellFlight.value = null;
          }}
          isolated={cellTarget(isolatedCell.value)}
          onPoint={(x, y, cell) => {
            pointedPixel.value = cell < 0 ? null : { x, y, cell };
          }}
          onPick={(cell, x, y) => {
            if (measure === null) isolateCell(cell);
            else tools?.takePoint(compared!, { x, y });
          }}
          clampsPoints={measure !== null}
          over={(part) =>
            measure !== null &&
            tools !== null && <tools.MeasureOverlay {...part} measure={measure} pointed={pointed} />
          }
          buttons={<MeasureButton />}
          onCamera={(part) => {
            camera.current = part;
            onCamera.current?.(part);
          }}
          onRenderer={noteRenderer}
          onFrame={() => {}}
          onUploaded={() => {}}
        />
        {compared !== null && shown.value === "swipe" && (
          <Swipe image={compared} camera={camera} onCamera={onCamera} />
        )}
        {compared === null ? (
          <Message />
        ) : measure !== null && tools !== null ? (
          <tools.MeasureCard
            image={compared}
            pointed={pointed}
            palette={cellPalette.value}
            nameOf={nameOfCell}
          />
        ) : (
          <CellCard />
        )}
      </div>
      <aside class="side" aria-label="About the comparison">
        <MaskChoice />
        {compared !== null && <Figures compared={compared} />}
      </aside>
    </div>
  );
}

function Figures({ compared }: { compared: ComparedMasks }) {
  return (
    <div class="tab-panel figures">
      <Summary compared={compared} />
      <ConfusionMatrix compared={compared} />
      <ClassTable compared={compared} />
    </div>
  );
}

/** Why there is nothing on the stage. */
function Message() {
  const failure = comparisonFailure.value;
  return (
    <div class="stage-message" role={failure === null ? "status" : "alert"}>
      {failure !== null ? (
        <div class="stage-failure">
          <p>
            <strong>{failure.text}</strong>
          </p>
          <p>
            {failure.advice} {failure.code !== undefined && <code>{failure.code}</code>}
          </p>
        </div>
      ) : isSeeking.value ? (
        <p>Looking for another mask of the same image …</p>
      ) : other.value === null && pairs.value.length > 1 ? (
        <p>
          Choose a second mask of the same image in <em>Other</em>: a model's output or another annotator's
          mask. None of the open masks has the name and the size of <bdi>{reference.value?.name}</bdi>.
        </p>
      ) : other.value === null ? (
        <p>Drop a second mask of the same image: a model's output or another annotator's mask.</p>
      ) : (
        <p>Comparing …</p>
      )}
    </div>
  );
}
