/** Text of any length in a box of limited height. */
import type { ComponentChildren } from "preact";

/** Long content scrolls, and content that scrolls must be reachable by keyboard. */
export function Scrolled({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: see above.
    <section class="scrolled" aria-label={name} tabIndex={0}>
      {children}
    </section>
  );
}
