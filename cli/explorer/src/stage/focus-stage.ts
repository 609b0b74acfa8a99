/** For who uses keys: the focus would be lost with the button or the list that opened a mask. */
export function focusStage(): void {
  requestAnimationFrame(() => document.querySelector<HTMLElement>(".stage")?.focus());
}
