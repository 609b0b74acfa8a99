/**
 * Rewords the library's messages for users of the command. The library speaks of options and web pages; a user of the
 * command has flags and a terminal.
 *
 * Only words that name an option are reworded. A class, a file or a folder may be called `out` or `missing` too.
 */

import { FORMAT_PHRASES } from "./format-phrases.js";

/** Phrases within a message. No class, file or folder can be meant by them. */
const PHRASES: readonly (readonly [library: RegExp, command: string])[] = [
  ...FORMAT_PHRASES,
  [/Pass parseLegend\(legend, options\) with one of these options:/, "Choose one of these:"],
  [/\{ form: ("[^"]*") \}/g, "--form $1"],
  [/`encoding: "([a-z0-9-]+)"`/g, "--encoding $1"],
  [/\{ encoding: "([a-z0-9-]+)" \}/g, "--encoding $1"],
  [/\bleave out `encoding`/, "leave out --encoding"],
  [/ If it has, `decodeIds` of labelmap\/ids takes up to 2\^24 ids$/, ""],
  [/give the encoding of the mask, such as/, "give --encoding, such as"],
  [/; leave out snap or the encoding$/, "; leave out --snap or --encoding"],
  [/decode its colours with the legend "([a-z-]+)"/, "read its colours with --legend $1"],
  [/; use "(grey|palette-index)"$/, "; use --encoding $1"],
  [/; if the numbers are classes, use "grey"$/, "; if the numbers are classes, use --encoding grey"],
  [/ or with an encoding of your own/, ""],
  [
    /Give a legend or a class list with all classes, or pass missing: "void"\./,
    "Name the classes with --legend, or give a list that has them all with --classes. --missing void makes all pixels of these classes void.",
  ],
  [
    /Add the class, or pass missing: "void"\./,
    "Add it to the file of --classes. --missing void makes all pixels of this class void.",
  ],
  [
    /Give its label in `labels`, or pass missing: "void"\./,
    "Give its label in the file of --labels. --missing void makes all pixels of this class void.",
  ],
  [/; use `frames` or `video` of the client/, "; `labelmap fetch` writes its frames"],
  [/\btransparent: "(\w+)"/, "--transparent $1"],
  [/\bmissing: "void"/, "--missing void"],
  [/\bpass objects: "components"/, "pass --objects components"],
  [/\bapplies only to objects components\./, "applies only to --objects components."],
  [/\bfirstId: (\d+)/, "--first-id $1"],
  [/\bdtype: "(\w+)"/, "--dtype $1"],
  [/(in )?`labels`/, "$1the file of --labels"],
  [/`maxPixels`|\bmaxPixels(?= (allows|\d))/, "--max-pixels"],
  [/^things has (?=")/, "--things has "],
  [/remove it from things\.$/, "remove it from --things."],
  [/give it as `legend`/, "give it with --legend"],
  [/say which one as `legend`/, "say which one with --legend"],
  [/ and, in a web page, CORS$/, ""],
  [/^port (\d+ .*), or 0 for any free port\.$/, "--port $1, or leave it out"],
  [/\.json does not exist; check the path$/, ".json does not exist; name the result with --legend"],
];

/** The options of the library that are flags of the command. */
const OPTIONS =
  "format|map|dtype|classes|labels|things|objects|minArea|missing|divisor|resize|snap|encoding|form|strict|classBy|transparent|maxPixels|baseUrl|redis|queue|allowOut|out";

/** What follows an option's name at the start of a message about options, as in `dtype applies only to npy and png`. */
const AFTER_OPTION = [
  / (must (be|have|contain)|appl(y|ies) only to|cannot be used with) /,
  / (is for colours;|is not https,|has a user or password|makes \d)/,
  / is (null|binary data|an? (array|object|string|number|boolean)); give an? /,
  / (label|semantic|instance|panoptic) needs /,
  /: "(?:[^"\\]|\\.)*" is /,
];
const OPTION = new RegExp(`^(${OPTIONS})(?=${AFTER_OPTION.map(({ source }) => source).join("|")})`);

/** A text in quotes that may be the name of anything. What the library itself quotes is a single word. */
const QUOTED = /"(?:[^"\\]|\\.)*"/g;
const WORD = /^"[\w-]+"$/;

/** @param code the error's code. Only a message about options begins with the name of one. */
export function inFlags(message: string, code: string): string {
  const named = code === "OPTION_INVALID" ? message.replace(OPTION, asFlag) : message;
  const quoted: string[] = [];
  const bare = named.replace(QUOTED, (text) => (WORD.test(text) ? text : `"\0${quoted.push(text) - 1}"`));
  const reworded = PHRASES.reduce((text, [library, command]) => text.replace(library, command), bare);
  return reworded.replace(/"\0(\d+)"/g, (_, place) => quoted[Number(place)]!);
}

function asFlag(name: string): string {
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}
