/** One mask: the stage, and all details of the mask beside it. */
import { useLayoutEffect } from "preact/hooks";
import { shownName } from "../carried-labels.js";
import { shownLook } from "../display.js";
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

export function OneMask({ mask }: { mask: OpenMask }) {
  // After another view, the mask is shown as it was.
  useLayoutEffect(() => {
    nextCamera.value ??= camera.value;
  }, []);
  const { pair, decoded, photo } = mask;
  return (
    <div class="one-mask">
      <div class="stage-area">
        <Stage
          label={`The mask ${pair.name}: ${counted(usedLabels(decoded.labels).length, "label")} with pixels`}
          description={describeLabel()}
          image={decoded}
          palette={palette.value}
          photo={photo}
          textOf={textOf}
          {...shownLook(photo !== null)}
          outlined={outlined.value}
          background={stageColor.value}
          flyTo={flight.value}
          onFlight={() => {
            flight.value = null;
          }}
          isolated={isolatedTarget.value}
          onPoint={pointAt}
          onPick={pick}
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
        <LabelCard />
      </div>
      <aside class="side" aria-label="About the mask">
        <MaskHeader mask={mask} />
        <SidePanel mask={mask} />
      </aside>
    </div>
  );
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
