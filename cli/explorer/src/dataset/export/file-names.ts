/** Names of masks to names of files, which every system can unpack, and of which no two are the same. */

/** Characters that some system does not allow in a name. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is replaced.
const FORBIDDEN = /[\u0000-\u001f\u007f<>:"|?*]/g;
/** Names that are devices on Windows, whatever their endings are. */
const DEVICE = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i;
/** Most systems allow 255 bytes. A number may be added, and an ending. */
const MOST_BYTES = 200;

export class FileNames {
  /** In lower case: two names that differ only in case are one file on some systems. */
  readonly #taken = new Set<string>();

  /** @param reserved names of other files */
  constructor(reserved: readonly string[] = []) {
    for (const name of reserved) this.#taken.add(keyOf(name));
  }

  /**
   * @param name of a mask. It may have folders; they stay.
   * @param ending with its dot
   */
  next(name: string, ending: string): string {
    const safe = safePath(name);
    let free = `${safe}${ending}`;
    for (let count = 2; this.#taken.has(keyOf(free)); count++) free = `${safe} (${count})${ending}`;
    this.#taken.add(keyOf(free));
    return free;
  }
}

function keyOf(path: string): string {
  return path.normalize("NFC").toLowerCase();
}

/** A relative path that does not leave its folder. */
function safePath(name: string): string {
  const parts = name.split(/[/\\]/).filter((part) => !/^\.*$/.test(part));
  return parts.length === 0 ? "_" : parts.map(safePart).join("/");
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
