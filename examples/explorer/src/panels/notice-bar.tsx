/** Says what was loaded and what went wrong: errors to everyone, all else to those who listen to the page. */
import { busyWith, notice } from "../state.js";

export function NoticeBar() {
  const { kind, text, code, advice } = notice.value ?? { kind: "info", text: "" };
  const isError = kind === "error";
  return (
    <>
      <p class="visually-hidden" role="status">
        {busyWith.value === null ? !isError && text : `Opening ${busyWith.value}`}
      </p>
      <div role="alert">
        {isError && (
          <div class="notice">
            <p>
              <strong>{text}</strong> {advice} {code !== undefined && <code>{code}</code>}
            </p>
            <button
              type="button"
              class="button icon"
              aria-label="Close the message"
              onClick={() => {
                notice.value = null;
              }}
            >
              ×
            </button>
          </div>
        )}
      </div>
    </>
  );
}
