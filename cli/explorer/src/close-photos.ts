/** Closes photos that are no longer shown. A decoded photo takes four bytes per pixel until the browser frees it. */
import { opened } from "./state.js";

/** By then the stage has the next photo. Before, it might redraw the old one after losing its context. */
const CLOSE_MILLISECONDS = 1000;

export function closeReplacedPhotos(): void {
  let shown: ImageBitmap | null = null;
  opened.subscribe((mask) => {
    const before = shown;
    shown = mask?.photo ?? null;
    if (before !== null && before !== shown) setTimeout(() => before.close(), CLOSE_MILLISECONDS);
  });
}
