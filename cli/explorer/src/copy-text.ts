/** Puts text on the clipboard, and says so. */
import { post } from "./notices.js";

/** @param what what is copied, for the message: `#49c442`, `3 lines of code` */
export async function copyText(text: string, what: string, advice: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    post("copying", { kind: "info", text: `Copied ${what}.` });
  } catch {
    post("copying", { kind: "error", text: "The browser does not allow this page to copy.", advice });
  }
}
