/** One mask: the stage, and beside it all that is known of it. */
import { useEffect } from "preact/hooks";
import { LabelCard } from "../panels/label-card.js";
import { MaskHeader } from "../panels/mask-header.js";
import { SidePanel } from "../panels/side-panel.js";
import { Stage } from "../stage/stage.js";
import {
  addFrame,
  flight,
  isolate,
  isolatedBox,
  type OpenMask,
  opacity,
  opened,
  outlined,
  palette,
  pointAt,
  uploadMilliseconds,
} from "../state.js";
import { stageColor } from "../theme.js";

export function OneMask({ mask }: { mask: OpenMask }) {
  const { pair, decoded, photo } = mask;
  useEffect(
    () => () => {
      // Not where only the view is left: the mask stays open.
      if (opened.value?.photo !== photo) photo?.close();
    },
    [photo],
  );
  return (
    <div class="one-mask">
      <div class="stage-area">
        <Stage
          label={`The mask ${pair.name}: ${decoded.labels.length} labels`}
          image={decoded}
          palette={palette.value}
          photo={photo}
          // Over nothing, the colours are shown as they are.
          opacity={photo === null ? 1 : opacity.value}
          outlined={outlined.value}
          background={stageColor.value}
          flyTo={flight.value}
          isolated={isolatedBox.value}
          onPoint={pointAt}
          onPick={isolate}
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
