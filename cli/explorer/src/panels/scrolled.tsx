/** Text of any length in a box of one height. */
import type { ComponentChildren } from "preact";

/** What may be long, so it scrolls; and what scrolls must be reached by keys. */
export function Scrolled({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: as said above
    <section class="scrolled" aria-label={name} tabIndex={0}>
      {children}
    </section>
  );
}
