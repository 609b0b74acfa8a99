/** A few choices side by side: radio buttons that look like the view buttons of the toolbar. */
export interface Segment<Value> {
  readonly value: Value;
  readonly title: string;
}

interface Props<Value> {
  /** Says what is chosen, for users who do not see it. */
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
