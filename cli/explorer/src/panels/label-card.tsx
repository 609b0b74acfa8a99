/** Describes the label under the pointer, or the isolated label. */
import { formatBox, formatCount, formatShare } from "../format.js";
import { describedLabel, labels, opened, pointed, shownLabels } from "../state.js";

export function LabelCard() {
  const label = describedLabel.value;
  const place = pointed.value;
  if (label === null && place === null) {
    return labels.value.length === 0 ? null : (
      <p class="stage-hint">Point at the mask to inspect it. Click to isolate a label.</p>
    );
  }
  const { width, height } = opened.value!.decoded;
  return (
    <div class="label-card">
      {label === null ? (
        <h2>unlisted colour</h2>
      ) : (
        <>
          <h2>
            <span class="swatch" style={{ backgroundColor: shownLabels.value[label.index]!.color }} />
            <bdi>{label.name}</bdi>
          </h2>
          <dl>
            <Fact name="Class">
              <bdi>{label.className}</bdi>
            </Fact>
            {typeof label.classId === "number" && <Fact name="Class id">{label.classId}</Fact>}
            <Fact name="Instance">{label.instanceNumber === 0 ? "none" : label.instanceNumber}</Fact>
            <Fact name="Colour">
              <code>{label.color}</code>
            </Fact>
            <Fact name="Area">
              {formatCount(label.pixelCount)} px · {formatShare(label.pixelCount, width * height)}
            </Fact>
            <Fact name="Box">{label.bbox === null ? "none" : formatBox(label.bbox)}</Fact>
          </dl>
        </>
      )}
      <p class="position">{place === null ? "isolated" : `x ${place.x}, y ${place.y}`}</p>
    </div>
  );
}

function Fact({ name, children }: { name: string; children: preact.ComponentChildren }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
}
