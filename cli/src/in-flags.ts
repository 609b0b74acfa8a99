/**
 * Rewords the library's messages for users of the command. The library speaks of options and web pages; a user of the
 * command has flags and a terminal.
 */

/** Phrases within a message. */
const PHRASES: readonly (readonly [library: RegExp, command: string])[] = [
  [/Pass parseLegend\(legend, options\) with one of these options:/, "Choose one of these:"],
  [/\{ form: ("[^"]*") \}/g, "--form $1"],
  [/`encoding: "([a-z0-9-]+)"`/g, "--encoding $1"],
  [/give the encoding of the mask, such as/, "give the mask's --encoding, such as"],
  [/; leave out snap or the encoding$/, "; leave out --snap or --encoding"],
  [/decode its colours with the legend "([a-z-]+)"/, "read its colours with --legend $1"],
  [/decode colours without an encoding/, "leave out --encoding"],
  [/ or with an encoding of your own/, ""],
  [/\btransparent: "(\w+)"/, "--transparent $1"],
  [/\bmissing: "void"/, "--missing void"],
  [/\bpass objects: "components"/, "pass --objects components"],
  [/\bobjects components\b/, "--objects components"],
  [/\bfirstId: (\d+)/, "--first-id $1"],
  [/\bdtype: "(\w+)"/, "--dtype $1"],
  [/(in )?`labels`/, "$1the file of --labels"],
  [/`maxPixels`|\bmaxPixels(?= allows)/, "--max-pixels"],
  [/give it as `legend`/, "give it with --legend"],
  [/say which one as `legend`/, "say which one with --legend"],
  [/ and, in a web page, CORS$/, ""],
  [/^port (\d+ .*), or 0 for any free port\.$/, "--port $1, or leave it out"],
  [/\.json does not exist$/, "$&; name the result with --legend"],
];

/** An option at the start of a message, as in `dtype applies only to npy and png`. A file `objects-1.png` is none. */
const OPTION =
  /^(format|map|dtype|classes|labels|things|objects|minArea|missing|divisor|resize|snap|encoding|form|strict|classBy|transparent|maxPixels|baseUrl|redis|queue|allowOut|out)\b(?![-./])/;

export function inFlags(message: string): string {
  const named = message.replace(
    OPTION,
    (name) => `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`,
  );
  return PHRASES.reduce((text, [library, command]) => text.replace(library, command), named);
}
