/** Makes untrusted text safe for a terminal: class names in a legend may contain escape sequences. */

/**
 * Control characters (C0, DEL, and C1, whose 0x9b also starts a sequence), line separators, and marks that change the
 * direction of text, which could make a name look like another. Joiners stay: Indic scripts and emoji need them.
 */
const UNSAFE = /[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/**
 * Writes unsafe characters the way JSON does, as in `\u001b`, so that JSON text keeps its meaning.
 *
 * @param kept characters that are not replaced, such as a newline in a text of several lines.
 */
export function printable(text: string, kept = ""): string {
  return text.replace(UNSAFE, (character) =>
    kept.includes(character) ? character : `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
