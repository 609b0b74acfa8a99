/** A yes-or-no choice. */
import type { Signal } from "@preact/signals";
import type { ComponentChildren } from "preact";

export function Checkbox({
  isChecked,
  children,
}: {
  readonly isChecked: Signal<boolean>;
  readonly children: ComponentChildren;
}) {
  return (
    <label class="checkbox">
      <input
        type="checkbox"
        checked={isChecked.value}
        onChange={({ currentTarget }) => {
          isChecked.value = currentTarget.checked;
        }}
      />
      <span>{children}</span>
    </label>
  );
}
