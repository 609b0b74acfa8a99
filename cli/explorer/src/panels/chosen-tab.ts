/** Which tab beside the stage is open. */
import { signal } from "@preact/signals";

export const chosenTab = signal<"labels" | "defects" | "edit" | "export" | "timings">("labels");
