/** All dropped files, including the files in dropped folders, each with its path. */
export interface PathFile {
  readonly path: string;
  readonly file: File;
}

export async function droppedFiles(data: DataTransfer): Promise<PathFile[]> {
  // All entries at once: the browser empties the drop at the end of this turn of the event loop.
  const found = [...data.items]
    .filter(({ kind }) => kind === "file")
    .map((item) => ({ entry: item.webkitGetAsEntry(), file: item.getAsFile() }));
  const lists = await Promise.all(
    found.map(async ({ entry, file }): Promise<PathFile[]> => {
      if (entry?.isDirectory) return filesUnder(entry as FileSystemDirectoryEntry);
      return file === null ? [] : [{ path: file.name, file }];
    }),
  );
  return lists.flat();
}

/** The files of an `<input type="file">`, with or without `webkitdirectory`. */
export function pickedFiles(input: HTMLInputElement): PathFile[] {
  return [...(input.files ?? [])].map((file) => ({ path: file.webkitRelativePath || file.name, file }));
}

async function filesUnder(directory: FileSystemDirectoryEntry): Promise<PathFile[]> {
  const files: PathFile[] = [];
  for (const entry of await entriesOf(directory)) {
    if (entry.isDirectory) {
      files.push(...(await filesUnder(entry as FileSystemDirectoryEntry)));
    } else {
      const file = await new Promise<File>((resolve, reject) =>
        (entry as FileSystemFileEntry).file(resolve, reject),
      );
      files.push({ path: entry.fullPath.replace(/^\//, ""), file });
    }
  }
  return files;
}

async function entriesOf(directory: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = directory.createReader();
  const entries: FileSystemEntry[] = [];
  for (;;) {
    // The browser returns a hundred at a time, then an empty list.
    const batch = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (batch.length === 0) return entries;
    entries.push(...batch);
  }
}
