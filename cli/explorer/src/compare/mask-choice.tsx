/** The choice of the reference, and of the mask that is compared with it. */
import { coloringOf } from "../coloring.js";
import type { MaskPair } from "../files/mask-pair.js";
import { nameInText } from "../format.js";
import { ColorBy } from "../panels/color-by.js";
import { pairs } from "../state.js";
import { chooseOther, chooseReference, comparison, other, reference, swap } from "./compare-state.js";

export function MaskChoice() {
  const withoutResult = [reference.value, other.value].filter((pair) => pair?.result === null);
  const hasOneResult = (reference.value?.result ?? other.value?.result ?? null) !== null;
  return (
    <div class="mask-header mask-choice">
      <div class="mask-title">
        <h1>Compare</h1>
        {comparison.value !== null && <ColorBy shown={coloringOf(comparison.value)} />}
      </div>
      <div class="mask-choices">
        <Choice label="Reference" chosen={reference.value} onChoose={chooseReference} />
        <button
          type="button"
          class="button icon"
          aria-label="Swap reference and other"
          title="Swap reference and other"
          disabled={other.value === null}
          onClick={swap}
        >
          ⇄
        </button>
        <Choice label="Other" chosen={other.value} onChoose={chooseOther} />
      </div>
      {other.value !== null && withoutResult.length > 0 && (
        <p class="quiet">
          {hasOneResult ? (
            <>
              <bdi>{withoutResult[0]!.name}</bdi> has no result: its colours are read with the result of the
              other mask.
            </>
          ) : (
            "There is no result, so each colour or number is a class."
          )}
        </p>
      )}
    </div>
  );
}

interface ChoiceProps {
  readonly label: string;
  readonly chosen: MaskPair | null;
  onChoose(pair: MaskPair): void;
}

function Choice({ label, chosen, onChoose }: ChoiceProps) {
  const place = chosen === null ? -1 : pairs.value.indexOf(chosen);
  return (
    <label>
      <span class="quiet">{label}</span>
      <select
        aria-label={`${label} mask`}
        value={place}
        title={chosen === null ? undefined : nameInText(chosen.name)}
        onChange={({ currentTarget }) => onChoose(pairs.value[Number(currentTarget.value)]!)}
      >
        {chosen === null && <option value={-1}>none yet</option>}
        {pairs.value.map(({ name }, index) => (
          <option key={index} value={index}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}
