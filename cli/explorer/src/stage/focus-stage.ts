/** For keyboard users: the button or list that opened a mask disappears, and the focus with it. */
export function focusStage(): void {
  requestAnimationFrame(() => document.querySelector<HTMLElement>(".stage")?.focus());
}
