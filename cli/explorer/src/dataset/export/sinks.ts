/** Where exported files go: one zip file, or a new folder on the disk. */
import { Zip, ZipPassThrough } from "fflate";

export interface Sink {
  /** @returns false if there is no more room for it */
  add(path: string, content: Uint8Array<ArrayBuffer>): Promise<boolean>;
  /** Ends it. */
  finish(): Promise<Blob | null>;
}

/** Limits of zip files without extensions (PKWARE, APPNOTE 6.3.10, 4.4.1.4). */
const MOST_BYTES = 0xffff_ffff;
const MOST_FILES = 0xffff;
/** At most, for a file besides its content: its two heads, its descriptor, and its name twice, in UTF-8. */
const headBytes = (path: string) => 30 + 46 + 16 + 2 * 3 * path.length;
/** Kept free for the files that say what the others are. */
const SPARE_BYTES = 2 ** 26;
const SPARE_FILES = 8;

/** A file that the browser has compressed. */
class DeflatedFile extends ZipPassThrough {
  /** Deflate. */
  override compression = 8;

  constructor(
    path: string,
    readonly deflated: Uint8Array<ArrayBuffer>,
  ) {
    super(path);
  }

  /** The checksum and the size are those of the content, and the bytes are the compressed ones. */
  protected override process(_content: Uint8Array, isFinal: boolean): void {
    this.ondata(null, this.deflated, isFinal);
  }
}

/** The browser keeps finished parts on its disk if they are large, so only one file at a time is in memory. */
export function zipSink(limits = { bytes: MOST_BYTES, files: MOST_FILES }): Sink {
  const parts: Blob[] = [];
  let chunks: Uint8Array<ArrayBuffer>[] = [];
  let failure: Error | null = null;
  const zip = new Zip((error, chunk) => {
    if (error) failure = error;
    else chunks.push(chunk as Uint8Array<ArrayBuffer>);
  });
  let files = 0;
  let bytes = 0;
  const flush = () => {
    if (failure !== null) throw failure;
    parts.push(new Blob(chunks));
    chunks = [];
  };
  return {
    async add(path, content) {
      const deflated = await deflate(content);
      const grown = bytes + deflated.length + headBytes(path);
      if (grown > limits.bytes - SPARE_BYTES || files >= limits.files - SPARE_FILES) return false;
      bytes = grown;
      files++;
      const file = new DeflatedFile(path, deflated);
      zip.add(file);
      file.push(content, true);
      flush();
      return true;
    },
    async finish() {
      zip.end();
      flush();
      return new Blob(parts, { type: "application/zip" });
    },
  };
}

async function deflate(content: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new Blob([content]).stream().pipeThrough(new CompressionStream("deflate-raw"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** A new folder in one that the user has chosen, so that no file is ever overwritten. */
export async function folderSink(
  parent: FileSystemDirectoryHandle,
  name: string,
): Promise<Sink & { readonly name: string }> {
  let free = name;
  for (let count = 2; await exists(parent, free); count++) free = `${name} (${count})`;
  const root = await parent.getDirectoryHandle(free, { create: true });
  return {
    name: free,
    async add(path, content) {
      const folders = path.split("/");
      const file = folders.pop()!;
      let folder = root;
      for (const next of folders) folder = await folder.getDirectoryHandle(next, { create: true });
      const handle = await folder.getFileHandle(file, { create: true });
      const stream = await handle.createWritable();
      await stream.write(content);
      await stream.close();
      return true;
    },
    finish: async () => null,
  };
}

async function exists(parent: FileSystemDirectoryHandle, name: string): Promise<boolean> {
  try {
    await parent.getDirectoryHandle(name);
    return true;
  } catch (error) {
    // A file has the name.
    if (error instanceof DOMException && error.name === "TypeMismatchError") return true;
    if (error instanceof DOMException && error.name === "NotFoundError") return false;
    throw error;
  }
}
