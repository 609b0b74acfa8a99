/**
 * The messages of the page. Each subject has its own message. A new message replaces only the previous one of the same
 * subject, so that no message disappears because something else ends at the same time.
 */
import { signal } from "@preact/signals";

/** What a message is about. */
export type Subject =
  | "worker"
  | "opening"
  /** The list of the server. */
  | "list"
  | "added"
  | "ignored files"
  | "comparison"
  | "class list"
  | "drawing"
  | "export"
  | "copying"
  | "defects"
  | "measuring"
  | "editing";

export interface Notice {
  readonly kind: "info" | "error";
  readonly text: string;
  /** The library's code of an error. */
  readonly code?: string;
  /** The page shows the same elsewhere, so only screen readers need it. */
  readonly isOnlySpoken?: boolean;
  /** What the user can do. */
  readonly advice?: string;
}

export interface PostedNotice {
  readonly subject: Subject;
  readonly notice: Notice;
  /** Unique. The same words posted again are a new message, which screen readers read out again. */
  readonly id: number;
}

/** The oldest first. */
export const notices = signal<readonly PostedNotice[]>([]);

let lastId = 0;

/** Does nothing if this notice is still shown, so that it is not read out twice. */
export function post(subject: Subject, notice: Notice): void {
  if (noticeOf(subject) === notice) return;
  notices.value = [...withoutSubject(subject), { subject, notice, id: ++lastId }];
}

export function dismiss(subject: Subject): void {
  if (noticeOf(subject) !== null) notices.value = withoutSubject(subject);
}

/** Errors stay until they are closed or replaced. */
export function dismissInfos(): void {
  notices.value = notices.value.filter(({ notice }) => notice.kind === "error");
}

export function noticeOf(subject: Subject): Notice | null {
  return notices.value.find((posted) => posted.subject === subject)?.notice ?? null;
}

function withoutSubject(subject: Subject): PostedNotice[] {
  return notices.value.filter((posted) => posted.subject !== subject);
}
