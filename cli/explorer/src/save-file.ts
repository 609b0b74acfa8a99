/** Saves a file where the browser saves downloads. */

/** @returns the name. */
export function saveFile(name: string, content: Blob): string {
  const url = URL.createObjectURL(content);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  // The download has started by then, and the bytes are no longer needed.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
  return name;
}
