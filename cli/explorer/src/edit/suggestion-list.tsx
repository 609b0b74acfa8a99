/** Suggestions for unknown colours: the label with the nearest colour, applied with one click. */
import { computed, signal } from "@preact/signals";
import { counted, formatCount, nameInText } from "../format.js";
import { labels, type OpenMask, shownLabels } from "../state.js";
import { addBlended, blendedColors } from "./edit-state.js";
import { keepFocus } from "./start-editing.js";
import {
  formatDistance,
  groupByName,
  type Suggestion,
  type SuggestionGroup,
  suggestionsFor,
} from "./suggestions.js";

/** More colours than these are listed by label. */
const MOST_SINGLE = 20;
/** So many colours of a group are listed. */
const MOST_OF_GROUP = 200;

const suggestions = computed(() => suggestionsFor(labels.value, blendedColors.value));
const isGrouped = computed(() => suggestions.value.length > MOST_SINGLE);
const groups = computed<readonly SuggestionGroup[]>(() => groupByName(suggestions.value));
/** Colours within this distance are added together. */
const limit = signal(10);
const within = computed(() => suggestions.value.filter(({ distance }) => distance <= limit.value));
/** The name of the label whose suggestions are listed. */
const expanded = signal<string | null>(null);

export function Suggestions({ mask }: { mask: OpenMask }) {
  const unknown = mask.decoded.labels.filter(({ isUnknown }) => isUnknown).length;
  if (unknown === 0 || suggestions.value.length === 0) return null;
  const leftOut = unknown - suggestions.value.length;
  return (
    <section class="suggestions">
      <h2>Nearest labels of unknown colours</h2>
      <div class="edit-form">
        <label for="edit-limit">Within</label>
        <input
          id="edit-limit"
          type="number"
          min="0"
          max="442"
          step="any"
          value={limit.value}
          onInput={({ currentTarget }) => {
            limit.value = currentTarget.valueAsNumber || 0;
          }}
        />
        <button
          type="button"
          class="button"
          disabled={within.value.length === 0}
          onClick={() => applyAll(within.value)}
        >
          Add {counted(within.value.length, "colour")}
        </button>
      </div>
      <table class="facts suggestion-table">
        <thead>
          <tr>
            <th scope="col">Colour → label</th>
            <th scope="col">Distance</th>
            <th scope="col">
              <span class="visually-hidden">Add</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {isGrouped.value
            ? groups.value.map((group) => <Group key={group.nearest.index} group={group} />)
            : suggestions.value.map((suggestion) => (
                <Single key={suggestion.unknown.color} suggestion={suggestion} />
              ))}
        </tbody>
      </table>
      {leftOut > 0 && <p class="quiet">… and {formatCount(leftOut)} colours with fewer pixels.</p>}
      <p class="quiet">
        The distance is that of <code>snap</code>: Euclidean in red, green and blue, up to 442.
      </p>
    </section>
  );
}

function Group({ group: { nearest, suggestions: all, pixels } }: { readonly group: SuggestionGroup }) {
  const [first] = all;
  if (all.length === 1) return <Single suggestion={first!} />;
  const isExpanded = expanded.value === nearest.name;
  const [least, most] = [first!.distance, all.at(-1)!.distance].map(formatDistance);
  return (
    <>
      <tr>
        <th scope="row">
          <button
            type="button"
            class="suggestion-opener"
            aria-expanded={isExpanded}
            onClick={() => {
              expanded.value = isExpanded ? null : nearest.name;
            }}
          >
            <span aria-hidden="true">{isExpanded ? "▾" : "▸"}</span> {counted(all.length, "colour")} →{" "}
            <Nearest label={nearest} />
          </button>
          <small>{counted(pixels, "pixel")}</small>
        </th>
        <td>{least === most ? least : `${least} to ${most}`}</td>
        <td>
          <AddButton name={`Add ${all.length} colours to ${nearest.name}`} all={all} />
        </td>
      </tr>
      {isExpanded &&
        all
          .slice(0, MOST_OF_GROUP)
          .map((suggestion) => <Single key={suggestion.unknown.color} suggestion={suggestion} isInGroup />)}
      {isExpanded && all.length > MOST_OF_GROUP && (
        <tr>
          <td colSpan={3}>… and {formatCount(all.length - MOST_OF_GROUP)} more, farther away</td>
        </tr>
      )}
    </>
  );
}

interface SingleProps {
  readonly suggestion: Suggestion;
  readonly isInGroup?: boolean;
}

function Single({ suggestion, isInGroup = false }: SingleProps) {
  const { unknown, nearest, distance } = suggestion;
  return (
    <tr class={isInGroup ? "in-group" : ""}>
      <th scope="row">
        <span class="swatch" style={{ backgroundColor: unknown.color }} /> <code>{unknown.color}</code> →{" "}
        <Nearest label={nearest} />
        <small>{counted(unknown.pixelCount, "pixel")}</small>
      </th>
      <td>{formatDistance(distance)}</td>
      <td>
        <AddButton name={`Add ${unknown.color} to ${nearest.name}`} all={[suggestion]} />
      </td>
    </tr>
  );
}

function Nearest({ label: { index, name, color } }: { readonly label: Suggestion["nearest"] }) {
  return (
    <>
      <span class="swatch" style={{ backgroundColor: shownLabels.value[index]?.color ?? color }} />{" "}
      <bdi>{name}</bdi>
    </>
  );
}

function AddButton({ name, all }: { readonly name: string; readonly all: readonly Suggestion[] }) {
  return (
    <button type="button" class="button small" aria-label={name} onClick={() => applyAll(all)}>
      Add
    </button>
  );
}

/** Adds each colour to its nearest label. */
async function applyAll(all: readonly Suggestion[]): Promise<void> {
  const names = new Map(all.map(({ unknown, nearest }) => [unknown.color, nearest.name]));
  const targets = new Set(names.values());
  const [to] = targets;
  const what = all.length === 1 ? all[0]!.unknown.color : counted(all.length, "colour");
  const where = targets.size === 1 ? nameInText(to!) : "their nearest labels";
  await addBlended(`Add ${what} to ${where}`, names);
  keepFocus(".suggestion-table .button");
}
