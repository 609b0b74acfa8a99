/** Names of masks to names of files, which every system can unpack, and of which no two are the same. */

/** Characters that some system does not allow in a name, and halves of characters, which UTF-8 cannot tell apart. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is replaced.
const FORBIDDEN = /[\u0000-\u001f\u007f<>:"|?*\p{Surrogate}]/gu;
/** Names that are devices on Windows, whatever their endings are. */
const DEVICE = /^(?:con|prn|aux|nul|com[\d¹²³]|lpt[\d¹²³]|conin\$|conout\$) *(?:\.|$)/i;
/** Most systems allow 255 bytes. A number may be added, and an ending. */
const MOST_BYTES = 200;

export class FileNames {
  /** As their keys. */
  readonly #files = new Set<string>();
  readonly #folders = new Set<string>();

  /** @param reserved names of other files */
  constructor(reserved: readonly string[] = []) {
    for (const name of reserved) this.#files.add(keyOf(name));
  }

  /**
   * @param name of a mask. It may have folders; they stay.
   * @param ending with its dot
   */
  next(name: string, ending: string): string {
    const parts = safeParts(name);
    const file = parts.pop()!;
    let folder = "";
    for (const part of parts) {
      folder += `${free(folder + part, "", this.#files).slice(folder.length)}/`;
      this.#folders.add(keyOf(folder.slice(0, -1)));
    }
    const path = free(folder + file, ending, this.#files, this.#folders);
    this.#files.add(keyOf(path));
    return path;
  }
}

/** With the first number that makes it another than those taken. A folder cannot have the name of a file. */
function free(path: string, ending: string, ...taken: readonly ReadonlySet<string>[]): string {
  let found = `${path}${ending}`;
  for (let count = 2; taken.some((keys) => keys.has(keyOf(found))); count++)
    found = `${path} (${count})${ending}`;
  return found;
}

/** In lower case: two names that differ only in case are one file on some systems. */
function keyOf(path: string): string {
  return path.normalize("NFC").toLowerCase();
}

/** Of a relative path that does not leave its folder. */
function safeParts(name: string): string[] {
  const parts = name.split(/[/\\]/).filter((part) => !/^\.*$/.test(part));
  return parts.length === 0 ? ["_"] : parts.map(safePart);
}

function safePart(part: string): string {
  const shown = shortened(part.replace(FORBIDDEN, "_")).replace(/[. ]+$/, "_");
  return DEVICE.test(shown) ? `_${shown}` : shown;
}

function shortened(text: string): string {
  const encoder = new TextEncoder();
  let characters = [...text];
  while (encoder.encode(characters.join("")).length > MOST_BYTES) characters = characters.slice(0, -1);
  return characters.join("");
}
