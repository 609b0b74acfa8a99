/** The filter of the masks: a search, what is filtered for, each part with a button that removes it, and a range of share. */
import type { ComponentChildren } from "preact";
import { counted, formatCount } from "../format.js";
import { pairs } from "../state.js";
import {
  changeFilter,
  filter,
  hasShare,
  isFiltered,
  isSameProblem,
  listedPairs,
  NO_FILTER,
  type Problem,
} from "./filter.js";

export function NameSearch() {
  return (
    <input
      type="search"
      class="name-search"
      placeholder="Name"
      aria-label="Search masks"
      value={filter.value.text}
      onInput={({ currentTarget }) => changeFilter({ text: currentTarget.value })}
    />
  );
}

export function FilterBar() {
  if (!isFiltered.value) return null;
  const { className, problem } = filter.value;
  return (
    <div class="filter-bar">
      <p role="status">
        <strong>{formatCount(listedPairs.value.length)}</strong> of {counted(pairs.value.length, "mask")}
      </p>
      {className !== null && (
        <Part remove={() => changeFilter({ className: null })}>
          with <bdi>{className}</bdi>
        </Part>
      )}
      {problem !== null && <Part remove={() => changeFilter({ problem: null })}>{problemName(problem)}</Part>}
      {hasShare(filter.value) && <ShareRange />}
      <button
        type="button"
        class="button"
        onClick={() => {
          filter.value = NO_FILTER;
        }}
      >
        Show all
      </button>
    </div>
  );
}

function problemName(problem: Problem): string {
  if (problem === "unknown") return "with unknown colours or ids";
  return problem === "broken" ? "broken" : problem.issue;
}

function Part({ remove, children }: { remove(): void; readonly children: ComponentChildren }) {
  return (
    <button type="button" class="filter-part" onClick={remove}>
      <span class="visually-hidden">Remove the filter </span>
      <span class="filter-text">{children}</span> <span aria-hidden="true">×</span>
    </button>
  );
}

function ShareRange() {
  const { leastShare, mostShare } = filter.value;
  return (
    <fieldset class="share-range">
      <legend class="visually-hidden">Share of the pixels</legend>
      <Percent
        label="Least share in percent"
        share={leastShare}
        onShare={(share) => changeFilter({ leastShare: share })}
      />
      <span aria-hidden="true">–</span>
      <Percent
        label="Largest share in percent"
        share={mostShare}
        onShare={(share) => changeFilter({ mostShare: share })}
      />
      <span class="quiet">% of the pixels</span>
    </fieldset>
  );
}

interface PercentProps {
  readonly label: string;
  readonly share: number;
  onShare(share: number): void;
}

function Percent({ label, share, onShare }: PercentProps) {
  return (
    <input
      type="number"
      aria-label={label}
      min="0"
      max="100"
      step="any"
      value={Number((100 * share).toFixed(4))}
      onChange={({ currentTarget }) => {
        const percent = currentTarget.valueAsNumber;
        if (!Number.isNaN(percent)) onShare(Math.min(100, Math.max(0, percent)) / 100);
      }}
    />
  );
}

/** Lists only the masks with this problem; pressed again, all of them. */
export function ProblemButton({ problem, title }: { readonly problem: Problem; readonly title: string }) {
  const isPressed = isSameProblem(filter.value.problem, problem);
  return (
    <button
      type="button"
      class="button small"
      aria-label={title}
      aria-pressed={isPressed}
      onClick={() => changeFilter({ problem: isPressed ? null : problem })}
    >
      Show
    </button>
  );
}
