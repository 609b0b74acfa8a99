/** One mask: the stage, and all details of the mask beside it. */
import { useLayoutEffect } from "preact/hooks";
import { shownName } from "../carried-labels.js";
import { isLegendShown, shownLook } from "../display.js";
import { counted } from "../format.js";
import { noteRenderer } from "../note-renderer.js";
import { LabelCard } from "../panels/label-card.js";
import { MaskHeader } from "../panels/mask-header.js";
import { SidePanel } from "../panels/side-panel.js";
import { Stage } from "../stage/stage.js";
import {
  addFrame,
  camera,
  describedLabel,
  describePixel,
  flight,
  isolatedTarget,
  labels,
  nextCamera,
  type OpenMask,
  outlined,
  palette,
  pick,
  pointAt,
  pointed,
  uploadMilliseconds,
  usedLabels,
} from "../state.js";
import { stageColor } from "../theme.js";
import { MeasureButton } from "../tools/measure-button.js";
import { measuring, stageTools } from "../tools/tools-state.js";

export function OneMask({ mask }: { mask: OpenMask }) {
  // After another view, the mask is shown as it was.
  useLayoutEffect(() => {
    nextCamera.value ??= camera.value;
  }, []);
  const { pair, decoded, photo } = mask;
  const measure = measuring.value;
  const tools = stageTools.value;
  const pixel = pointed.value;
  return (
    <div class="one-mask">
      <div class="stage-area">
        <Stage
          label={`The mask ${pair.name}: ${counted(usedLabels(decoded.labels).length, "label")} with pixels`}
          description={measure === null ? describeLabel() : describePixel(pixel)}
          image={decoded}
          palette={palette.value}
          photo={photo}
          textOf={textOf}
          {...shownLook(photo !== null)}
          outlined={measure === null ? outlined.value : -1}
          background={stageColor.value}
          flyTo={flight.value}
          onFlight={() => {
            flight.value = null;
          }}
          isolated={isolatedTarget.value}
          onPoint={pointAt}
          onPick={(label, x, y, isAdded) => {
            if (measure === null) pick(label, x, y, isAdded);
            else tools?.takePoint(decoded, { x, y });
          }}
          clampsPoints={measure !== null}
          over={(part) =>
            tools !== null && (
              <>
                {isLegendShown.value && measure !== "box" && (
                  <tools.StageLegend {...part} mask={mask} pointed={pixel} />
                )}
                {measure !== null && <tools.MeasureOverlay {...part} measure={measure} pointed={pixel} />}
              </>
            )
          }
          buttons={<MeasureButton />}
          showAt={nextCamera.value}
          onShownAt={() => {
            nextCamera.value = null;
          }}
          onCamera={(shown) => {
            // Until the next part is shown, the stage reports where it was before.
            if (nextCamera.value === null) camera.value = shown;
          }}
          onRenderer={noteRenderer}
          onFrame={addFrame}
          onUploaded={(milliseconds) => {
            uploadMilliseconds.value = milliseconds;
          }}
        />
        {measure !== null && tools !== null ? (
          <tools.MeasureCard image={decoded} pointed={pixel} palette={palette.value} nameOf={nameOf} />
        ) : (
          <LabelCard />
        )}
      </div>
      <aside class="side" aria-label="About the mask">
        <MaskHeader mask={mask} />
        <SidePanel mask={mask} />
      </aside>
    </div>
  );
}

function nameOf(value: number): string {
  return labels.value[value]?.name ?? "unlisted colour";
}

/** Short texts: the class, or without a legend the number or colour; then the id, or the number of the object. */
function textOf(value: number): readonly string[] {
  const label = labels.value[value];
  if (label === undefined) return [];
  const name = shownName(label);
  const { classId, instanceNumber } = label;
  const hasId = typeof classId === "number" && String(classId) !== name;
  if (hasId) return [String(classId), name];
  return instanceNumber === 0 ? [name] : [name, String(instanceNumber)];
}

/** The same text for all pixels of a label, so that it is read out once. */
function describeLabel(): string {
  const label = describedLabel.value;
  if (label !== null) return `${label.name}, ${label.isUnknown ? "" : "class "}${label.className}`;
  return pointed.value === null ? "" : "unlisted colour";
}
