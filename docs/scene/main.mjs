/**
 * Draws the street of the guides' pictures: street.jpg, a photo that no camera took; street.png, its mask; street.json, the
 * legend. Takes some minutes, so `npm run docs:pictures` does not run it: `node docs/scene/main.mjs`.
 */
import { writeFileSync } from "node:fs";
import { photograph } from "./photograph.mjs";

const { jpeg, png, json } = await photograph({ width: 1280, height: 720 });
for (const [ending, content] of Object.entries({ jpg: jpeg, png, json })) {
  writeFileSync(new URL(`street.${ending}`, import.meta.url), content);
}
