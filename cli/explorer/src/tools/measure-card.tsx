/** What is measured, in the strip below the image, and for a box also the list of what is in it, in a corner of the stage. */
import type { ComponentChildren } from "preact";
import { useMemo } from "preact/hooks";
import { copyText } from "../copy-text.js";
import { formatBox, formatCount, formatShare } from "../format.js";
import { type Segment, Segments } from "../segments.js";
import type { Box, Point } from "../stage/camera.js";
import type { LabelImage } from "../stage/label-image.js";
import { type CornerRow, CornerRows } from "./corner-list.js";
import { type Counts, useCounts } from "./count-in-box.js";
import { isListAtTop, shownEnds } from "./measure-state.js";
import { boxTable, distanceTable } from "./measured-text.js";
import { boxBetween, distanceBetween } from "./measurement.js";
import { endMeasuring, type Measure, measuring } from "./tools-state.js";

const MEASURES: readonly Segment<Measure>[] = [
  { value: "distance", title: "Distance" },
  { value: "box", title: "Box" },
];
/** Rows of the list. What is copied has all of them. */
const MOST_LISTED = 200;

interface Props {
  readonly image: LabelImage;
  readonly pointed: Point | null;
  readonly palette: Uint8Array;
  /** What pixels of this value are. */
  nameOf(value: number): string;
}

export function MeasureCard({ image, pointed, palette, nameOf }: Props) {
  const ends = shownEnds(image, pointed);
  if (ends === null || measuring.value === null) {
    return (
      <Card result="">
        <p class="measure-hint">
          Click or tap the first pixel, then the second. Dragging still moves the image.
        </p>
      </Card>
    );
  }
  const { from, to, isWhole } = ends;
  if (measuring.value === "box") {
    const box = boxBetween(from, to);
    return <BoxCard image={image} box={box} isWhole={isWhole} palette={palette} nameOf={nameOf} />;
  }
  const { dx, dy, length, angle } = distanceBetween(from, to);
  return (
    <Card
      result={`${length.toFixed(2)} px`}
      isWhole={isWhole}
      onCopy={() => copyText(distanceTable(from, to), "the distance", distanceTable(from, to))}
    >
      <dl>
        <Fact name="Δx">{signed(dx)}</Fact>
        <Fact name="Δy">{signed(dy)}</Fact>
        <Fact name="Angle">{angle === null ? "none" : `${signed(Number(angle.toFixed(2)))}°`}</Fact>
        <Fact name="From">
          {from.x}, {from.y}
        </Fact>
        <Fact name="To">
          {to.x}, {to.y}
        </Fact>
      </dl>
    </Card>
  );
}

interface BoxProps extends Omit<Props, "pointed"> {
  readonly box: Box;
  readonly isWhole: boolean;
}

function BoxCard({ image, box, isWhole, palette, nameOf }: BoxProps) {
  const { x, y, width, height } = box;
  const area = width * height;
  const counts = useCounts(image, box);
  // Each movement of the pointer draws the card again, and a mask may have thousands of labels.
  const rows = useMemo(
    () => (counts === null ? null : rowsOf(counts, palette, nameOf)),
    [counts, palette, nameOf],
  );
  return (
    <>
      <section
        class={isListAtTop.value ? "corner-list measure-list is-at-top" : "corner-list measure-list"}
        aria-label="Labels in the box"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard.
        tabIndex={0}
      >
        {rows === null ? (
          <p class="quiet">Counting …</p>
        ) : (
          <CornerRows rows={rows} whole={area} most={MOST_LISTED} showPixels />
        )}
      </section>
      <Card
        result={`${width} × ${height} px`}
        isWhole={isWhole}
        {...(rows === null
          ? {}
          : { onCopy: () => copyText(boxTable(box, rows), "the box and its labels", boxTable(box, rows)) })}
      >
        <dl>
          <Fact name="Area">
            {formatCount(area)} px · {formatShare(area, image.width * image.height)}
          </Fact>
          <Fact name="Box">{formatBox([x, y, width, height])}</Fact>
        </dl>
      </Card>
    </>
  );
}

function rowsOf(counts: Counts, palette: Uint8Array, nameOf: (value: number) => string): CornerRow[] {
  const rows: CornerRow[] = [];
  for (const [value, pixels] of counts.entries()) {
    if (pixels === 0) continue;
    const [red, green, blue] = palette.subarray(value * 4);
    rows.push({ name: nameOf(value), color: `rgb(${red}, ${green}, ${blue})`, pixels });
  }
  return rows.sort((a, b) => b.pixels - a.pixels);
}

interface CardProps {
  readonly result: string;
  /** Whether the second pixel is clicked. Before, the result changes with each movement, and is not read out. */
  readonly isWhole?: boolean;
  readonly onCopy?: () => void;
  readonly children: ComponentChildren;
}

function Card({ result, isWhole = false, onCopy, children }: CardProps) {
  return (
    <div class="stage-strip label-card measure-card">
      <div class="card-head">
        <Segments
          legend="Measure"
          choices={MEASURES}
          chosen={measuring.value ?? "distance"}
          onChoose={(value) => {
            measuring.value = value;
          }}
        />
        {onCopy !== undefined && (
          <button type="button" class="button small" onClick={onCopy}>
            Copy
          </button>
        )}
        <button
          type="button"
          class="button small measure-end-button"
          aria-label="End measuring"
          title="End measuring (Escape)"
          onClick={endMeasuring}
        >
          ×
        </button>
      </div>
      <div class="measured">
        {result !== "" && <output aria-live={isWhole ? "polite" : "off"}>{result}</output>}
        {children}
      </div>
    </div>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** With the sign for minus, which is as wide as a digit. */
function signed(value: number): string {
  return String(value).replace("-", "−");
}
