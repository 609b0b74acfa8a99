/** The tools of the stage that few users need, and that are loaded later: see tools-state.ts. Re-exports only. */
import "./tools.css";

export { withLegend } from "./draw-legend.js";
export { MeasureCard } from "./measure-card.js";
export { MeasureOverlay } from "./measure-overlay.js";
export { forgetEnds, takePoint } from "./measure-state.js";
export { StageLegend } from "./stage-legend.js";
