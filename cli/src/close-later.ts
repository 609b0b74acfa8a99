/** What stays open until the command is done, such as a zip file whose files are read one by one. */

const open = new Set<() => Promise<void>>();

/**
 * Closes something when the command is done, however it ends.
 *
 * @returns closes it at once
 */
export function closeLater(close: () => Promise<void>): () => Promise<void> {
  const once = async () => {
    if (open.delete(once)) await close();
  };
  open.add(once);
  return once;
}

/** Closes everything. An error of closing a file that was only read means nothing. */
export async function closeAll(): Promise<void> {
  await Promise.allSettled([...open].map((close) => close()));
}
