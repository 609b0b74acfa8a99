/**
 * Shows the two masks in turn, so that what differs jumps to the eye. Users who have asked for less motion press a button
 * for each turn.
 */
import { useEffect } from "preact/hooks";
import { isMotionReduced } from "../state.js";
import { blinked, isBlinking } from "./compare-state.js";

/** One flash per second. The limit is three (Web Content Accessibility Guidelines, 2.3.1). */
const TURN_MILLISECONDS = 500;

export function Blink() {
  const isRunning = isBlinking.value && !isMotionReduced.value;
  useEffect(() => {
    if (!isRunning) return;
    const timer = setInterval(turn, TURN_MILLISECONDS);
    return () => clearInterval(timer);
  }, [isRunning]);
  return (
    <div class="blink">
      <button
        type="button"
        class="button small"
        onClick={() => {
          isBlinking.value = false;
          turn();
        }}
      >
        Switch
      </button>
      {!isMotionReduced.value && (
        <button
          type="button"
          class="button small"
          onClick={() => {
            isBlinking.value = !isBlinking.value;
          }}
        >
          {isRunning ? "Pause" : "Go on"}
        </button>
      )}
      {/* While it blinks, nobody wants to hear each turn. */}
      <p aria-live={isRunning ? "off" : "polite"}>{blinked.value === "reference" ? "Reference" : "Other"}</p>
    </div>
  );
}

function turn(): void {
  blinked.value = blinked.value === "reference" ? "other" : "reference";
}
