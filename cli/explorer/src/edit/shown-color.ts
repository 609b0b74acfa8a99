/** Shows a class in a colour of its own, and switches to class colours, in which it is seen. */
import { chosenColoring, coloringOf } from "../coloring.js";
import { opened } from "../state.js";
import { showClassAs } from "./edit-state.js";

export function setOwnColorShown(className: string, color: string): void {
  const by = coloringOf(opened.value!.decoded);
  if (by !== "class" && by !== "instance") chosenColoring.value = "class";
  showClassAs(className, color);
}
