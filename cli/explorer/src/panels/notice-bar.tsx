/** All messages, errors first, each with a button that closes it. */
import { dismiss, type Notice, notices, type PostedNotice } from "../notices.js";

export function NoticeBar() {
  return (
    <div class="notices">
      <Region role="alert" kind="error" />
      <Region role="status" kind="info" />
    </div>
  );
}

/** Stays in the document when it is empty: screen readers announce only what is added to a region that they know. */
function Region({ role, kind }: { role: "alert" | "status"; kind: Notice["kind"] }) {
  const shown = notices.value.filter(({ notice }) => notice.kind === kind);
  const isSeen = shown.some(({ notice }) => !notice.isOnlySpoken);
  return (
    // Not atomic: a new message is read out alone, without the messages beside it.
    <div role={role} aria-atomic="false" class={isSeen ? `notices-${kind}` : "visually-hidden"}>
      {shown.map((posted) => (
        <Message key={posted.id} posted={posted} />
      ))}
    </div>
  );
}

function Message({ posted: { subject, notice, id } }: { posted: PostedNotice }) {
  const { kind, text, advice, code, isOnlySpoken } = notice;
  if (isOnlySpoken) return <div class={`notice notice-${kind} visually-hidden`}>{text}</div>;
  return (
    <div class={`notice notice-${kind}`}>
      <p id={`notice-${id}`}>
        {kind === "error" ? <strong>{text}</strong> : text} {advice}{" "}
        {code !== undefined && <code>{code}</code>}
      </p>
      <button
        type="button"
        class="button icon"
        aria-label="Close the message"
        aria-describedby={`notice-${id}`}
        onClick={() => dismiss(subject)}
      >
        ×
      </button>
    </div>
  );
}
