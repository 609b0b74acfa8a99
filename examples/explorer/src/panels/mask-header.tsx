/** Which mask it is, and how much of its colours lies over the photo. */
import { counted } from "../format.js";
import { type OpenMask, opacity } from "../state.js";

export function MaskHeader({ mask: { pair, decoded, photo } }: { mask: OpenMask }) {
  const { width, height, labels } = decoded;
  const known = labels.filter(({ isUnknown }) => !isUnknown);
  const classes = new Set(known.map(({ className }) => className));
  return (
    <div class="mask-header">
      <h1 title={pair.name}>{pair.name}</h1>
      <p class="quiet">
        {width} × {height} · {counted(known.length, "label")} ·{" "}
        {pair.result === null ? "no result" : classCount(classes.size)}
      </p>
      {photo !== null && (
        <label class="opacity">
          <span>Mask over photo</span>
          <input
            type="range"
            min="0"
            max="1"
            step="0.05"
            value={opacity.value}
            onInput={({ currentTarget }) => {
              opacity.value = Number(currentTarget.value);
            }}
          />
          <output>{Math.round(opacity.value * 100)} %</output>
        </label>
      )}
    </div>
  );
}

function classCount(count: number): string {
  return `${count} ${count === 1 ? "class" : "classes"}`;
}
