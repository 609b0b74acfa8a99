/**
 * Describes the label under the pointer, or the isolated label, in a strip below the image, so that it covers nothing. Its
 * height does not depend on what it says. A click on a value copies it.
 */
import type { ComponentChildren } from "preact";
import { copyText } from "../copy-text.js";
import type { ShownLabel } from "../decoding/protocol.js";
import { isEditable } from "../edit/edit-state.js";
import { startEditing } from "../edit/start-editing.js";
import { formatBox, formatCount, formatShare } from "../format.js";
import { describedLabel, describedPixel, isolated, labels, opened, pointed, shownLabels } from "../state.js";

export function LabelCard() {
  const label = describedLabel.value;
  const place = describedPixel.value;
  const isEmpty = label === null && place === null;
  return (
    <div class={isEmpty ? "stage-strip stage-hint" : "stage-strip label-card"}>
      {isEmpty ? (
        labels.value.length > 0 && (
          <p>
            Point at the mask to inspect it. Click or tap to isolate a label.{" "}
            <span class="keys-hint">
              <kbd>?</kbd> lists the keys.
            </span>
          </p>
        )
      ) : (
        <>
          <div class="card-head">
            {label === null ? (
              <h2>unlisted colour</h2>
            ) : (
              <h2>
                <span class="swatch" style={{ backgroundColor: shownLabels.value[label.index]!.color }} />
                <bdi title={label.name}>{label.name}</bdi>
              </h2>
            )}
            {label !== null && isolated.value.has(label.index) && isEditable(opened.value!) && (
              <button type="button" class="copied edit-open" onClick={() => startEditing(label.index)}>
                Edit
              </button>
            )}
            <p class="position">
              {place === null ? (
                pointed.value === null && "isolated"
              ) : (
                <Copied name="coordinates" value={`${place.x}, ${place.y}`}>
                  x {place.x}, y {place.y}
                </Copied>
              )}
            </p>
          </div>
          {label !== null && <LabelFacts label={label} />}
        </>
      )}
    </div>
  );
}

function LabelFacts({ label }: { label: ShownLabel }) {
  const { width, height } = opened.value!.decoded;
  const { className, classId, instanceNumber, color, pixelCount, bbox } = label;
  return (
    <dl>
      <Fact name="Class">
        <bdi>{className}</bdi>
      </Fact>
      {typeof classId === "number" && (
        <Fact name="Class id">
          <Copied name="class id" value={String(classId)}>
            {classId}
          </Copied>
        </Fact>
      )}
      {instanceNumber !== 0 && <Fact name="Instance">{instanceNumber}</Fact>}
      <Fact name="Colour">
        <Copied name="colour" value={color}>
          <code>{color}</code>
        </Copied>
      </Fact>
      <Fact name="Area">
        {formatCount(pixelCount)} px · {formatShare(pixelCount, width * height)}
      </Fact>
      <Fact name="Box">
        {bbox === null ? (
          "none"
        ) : (
          <Copied name="box" value={bbox.join(", ")}>
            {formatBox(bbox)}
          </Copied>
        )}
      </Fact>
    </dl>
  );
}

function Fact({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Copied({ name, value, children }: { name: string; value: string; children: ComponentChildren }) {
  return (
    <button
      type="button"
      class="copied"
      title={`Copy the ${name}`}
      onClick={() => copyText(value, value, `The ${name}: ${value}`)}
    >
      {children}
    </button>
  );
}
