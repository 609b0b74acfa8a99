/** The choice of what the colours say: of the stage, of the list of labels, and of the pictures of all masks. */
import { COLORINGS, type Coloring } from "labelmap/colors";
import { chosenColoring } from "../coloring.js";
import "./color-by.css";

/** @param shown what the colours say now. */
export function ColorBy({ shown }: { readonly shown: Coloring }) {
  return (
    <label class="color-by">
      <span class="quiet">Colour by</span>
      <select
        value={shown}
        onChange={({ currentTarget }) => {
          chosenColoring.value = currentTarget.value as Coloring;
        }}
      >
        {COLORINGS.map((coloring) => (
          <option key={coloring} value={coloring}>
            {coloring}
          </option>
        ))}
      </select>
    </label>
  );
}
