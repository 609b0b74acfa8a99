/** Closes photos that are shown no more: unpacked, each holds four bytes a pixel for as long as the browser likes. */
import { opened } from "./state.js";

/** Until then the stage has the next one; before, it might draw the old one again if its context was lost. */
const CLOSE_MILLISECONDS = 1000;

export function closeReplacedPhotos(): void {
  let shown: ImageBitmap | null = null;
  opened.subscribe((mask) => {
    const before = shown;
    shown = mask?.photo ?? null;
    if (before !== null && before !== shown) setTimeout(() => before.close(), CLOSE_MILLISECONDS);
  });
}
