/** What the library says of the options of its readers and writers, and how a user of the command gives them. */

/** Phrases within a message, as `inFlags` replaces them. */
export const FORMAT_PHRASES: readonly (readonly [library: RegExp, command: string])[] = [
  // Readers.
  [/or give `size`/, `or give --read size='{"width":W,"height":H}'`],
  [/give it as the option size\.$/, `give --read size='{"width":W,"height":H}'.`],
  [/\bread the parts one by one with `split`/, "read the parts one by one with --read split=PART"],
  [/\bsay which one as `(annotations|data|image|release)`/, "say which one with --read $1=NAME"],
  [/\bname another one as `labelset`/, "name another one with --read labelset=NAME"],
  [/\bsay it as `pattern`, such as /, "say it with --read pattern=PATTERN, such as "],
  [/\bpass (task|from|version|overlap|per|form|order): "([\w-]+)"/, "add --read $1=$2"],
  [/\bpass a threshold such as (\d+)/, "add --read threshold=$1"],
  [/\bthat comes first in `order`/, "that comes first in --read order"],
  [/ Name the one that you want with the option annotation\.$/, ""],
  [
    /\bgive its colours as `palette`, or by: "index"/,
    `give --read palette='["#RRGGBB", …]', or --read by=index`,
  ],
  [/\bpalette has no effect with by: "index"/, "--read palette has no effect with --read by=index"],
  [/\bor decode its colours with decodeMask$/, "or read its colours with --from mask-folder and --legend"],
  [/\bgive the right `palette`\.$/, `give the right colours with --read palette='["#RRGGBB", …]'.`],
  [
    /\bgive the colours of its numbers as `palette`, decode colours with decodeMask and a legend, or ids in colours with decodeIds of labelmap\/ids/,
    `give the colours of its numbers with --read palette='["#RRGGBB", …]', or read its colours with --from mask-folder and --legend`,
  ],
  [
    /\bread it with `decodeNpy` of labelmap\/formats/,
    "give its folder, with the classes of its ids in classes.json",
  ],
  // A list of classes is a file of the source.
  [
    /add the file that ClassList\.toJSON gives, or give `classes`/,
    'add the file, such as { "classes": [{ "id": 0, "name": "road" }] }',
  ],
  [/; add it, or give `classes`/, "; add it"],
  [/has no categories; give the class list as `classes`/, "has no categories; add them"],
  [/; give a list of all ids as `classes`/, "; the format has no such class, so correct the mask"],
  [/ has no name in `classes`; add it/, " has no name in the list of classes; add it"],
  [
    /\bAdd (its class|their classes), or pass missing: "void" to leave these pixels unlabelled/,
    "Add $1 to the list of classes of the source, or leave these pixels unlabelled with --missing void, if the command has this flag",
  ],
  // Limits that no flag changes.
  [/open a smaller one, or raise maxFiles$/, "give a part of it"],
  [/unpack it, or raise maxFiles\b/, "unpack it, and give a part of it"],
  [/; raise maxFileBytes$/, "; give a smaller file"],
  [/; raise maxFileBytes\./, "; unpack it, or give a smaller file."],
  // Writers.
  [/\bwrite it with (shapes|holes): "(\w+)"/, "write it with --write $1=$2"],
  [/\bpass (shapes|holes): "(\w+)"/, "add --write $1=$2"],
  [/\bpass numberStuff: false/, "add --write numberStuff=false"],
  [/\bread (it|them) with `things`/, "read $1 with --read things='[…]'"],
  [/\bbelow `minArea`/, "below --min-area"],
  [/\bpass a minArea below (\d+)/, "add --min-area below $1"],
  [/\bor name the classes in things to count labels/, "or name the classes with --things to count labels"],
  [
    /\. Give unlabelled pixels an id, as map\.semantic\(classes\) does\.$/,
    ". Give unlabelled pixels an id with --map semantic, or write --format npy.",
  ],
  [
    /(of the unlabelled pixels does not fit uint\d+ \(at most \d+\))\.$/,
    "$1; choose another --dtype, a smaller --divisor, or --format npy.",
  ],
];
