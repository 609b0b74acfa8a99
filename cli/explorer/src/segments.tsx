/** A few choices side by side: radio buttons that look like the toolbar's views. */
export interface Segment<Value> {
  readonly value: Value;
  readonly title: string;
}

interface Props<Value> {
  /** What is chosen, for who does not see it. */
  readonly legend: string;
  readonly choices: readonly Segment<Value>[];
  readonly chosen: Value;
  onChoose(value: Value): void;
}

export function Segments<Value extends string>({ legend, choices, chosen, onChoose }: Props<Value>) {
  return (
    <fieldset class="segments">
      <legend class="visually-hidden">{legend}</legend>
      {choices.map(({ value, title }) => (
        <label key={value}>
          <input
            type="radio"
            name={legend}
            class="visually-hidden"
            checked={value === chosen}
            onChange={() => onChoose(value)}
          />
          {title}
        </label>
      ))}
    </fieldset>
  );
}
