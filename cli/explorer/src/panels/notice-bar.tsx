/** What went wrong, until it is read or the next mask is shown. */
import { notice } from "../state.js";

export function NoticeBar() {
  const { kind, text, code, advice } = notice.value ?? {};
  return (
    <div role="alert">
      {kind === "error" && (
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
  );
}
