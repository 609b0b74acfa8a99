/**
 * `npm run docs:api`: writes docs/api.md, every public name of every entry point of both packages with its signature, its
 * first sentence and the errors that it throws; the table of codes in docs/errors.md; the tables of docs/legends.md,
 * docs/encodings.md and docs/formats.md; and llms.txt, the map of the documentation for language models (llmstxt.org). All are kept in the
 * repository. With `--check` nothing is written, and
 * the exit code says whether they are up to date.
 *
 * It reads the declarations in dist/ and cli/dist/ through the TypeScript of docs/site, since TypeScript 7 has no such
 * API yet.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { readable } from "./declarations.mjs";
import { documentedEntryPoints } from "./entry-points.mjs";

const root = new URL("../", import.meta.url);
const read = (name) => readFileSync(new URL(name, root), "utf8");
const ts = createRequire(new URL("docs/site/package.json", root))("typescript");
const { ERROR_CODES } = await import(new URL("dist/error-codes.js", root));
const { ENCODINGS } = await import(new URL("dist/decode/register/ids.js", root));
const { FORMATS } = await import(new URL("dist/formats/index.js", root));
const { LEGEND_FORMS } = await import(new URL("dist/legend/index.js", root));
const { name: packageName, description, engines, version } = JSON.parse(read("package.json"));

/** What is imported, and the file of its declarations. */
const entries = documentedEntryPoints(fileURLToPath(root)).map(({ name, types }) => ({
  name,
  file: fileURLToPath(new URL(types, root)),
}));
const program = ts.createProgram(
  entries.map(({ file }) => file),
  { module: ts.ModuleKind.NodeNext, target: ts.ScriptTarget.ES2022, skipLibCheck: true, types: [] },
);
const checker = program.getTypeChecker();
const printer = ts.createPrinter({ removeComments: true });

/** Functions first, then classes, then the types of arguments and results. */
const RANKS = [
  ts.SyntaxKind.FunctionDeclaration,
  ts.SyntaxKind.ClassDeclaration,
  ts.SyntaxKind.VariableDeclaration,
];

/** The first program of the guide for Node, which the tests run. */
const EXAMPLE = /```js\n(.*?)```/s.exec(read("docs/node.md"))[1];

const made = {
  "docs/api.md": summary(),
  "docs/errors.md": errorsPage(),
  "docs/legends.md": legendsPage(),
  "docs/encodings.md": encodingsPage(),
  "docs/formats.md": formatsPage(),
  "llms.txt": llmsText(),
};
const isCheck = process.argv.includes("--check");
for (const [file, text] of Object.entries(made)) {
  if (!isCheck) writeFileSync(new URL(file, root), text);
  else if (read(file) !== text) {
    console.error(`${file} is out of date: npm run docs:api`);
    process.exitCode = 1;
  }
}

function summary() {
  const head = [
    "# The interface on one page",
    "Every public name of `labelmap` and `labelmap-cli` by entry point: its signature, what it is in a sentence, what it throws. `npm run docs:api` makes this page from the types, and a test fails if it is out of date.",
    "Each entry point of `labelmap` that runs in browsers also exists as `labelmap/browser/…`, for pages without a bundler.",
    entries.map((entry) => `- [${entry.name}](#${anchorOf(entry)}): ${aboutEntry(entry)}`).join("\n"),
  ];
  const end =
    "Next: [How it works](how-it-works.md), [changes](../CHANGELOG.md). All pages: [docs](README.md).";
  return `${[...head, ...entries.flatMap(describeEntry), end].join("\n\n")}\n`;
}

function describeEntry(entry) {
  const file = program.getSourceFile(entry.file);
  const names = checker.getExportsOfModule(checker.getSymbolAtLocation(file));
  const described = names.map(describeName).sort((one, other) => one.rank - other.rank);
  return [`## ${entry.name}`, aboutEntry(entry), ...described.map(({ text }) => text)];
}

/** Where a heading is on the page, as GitHub and TypeDoc make it. */
function anchorOf({ name }) {
  return name.toLowerCase().replace(/[^\w-]/g, "");
}

/** The first sentence of an entry point's file. */
function aboutEntry({ file }) {
  const { text } = program.getSourceFile(file);
  const about = /^(?:\/\/\/.*\n)*\/\*\*(.*?)\*\//s.exec(text)?.[1] ?? "";
  return firstSentence(plain(about).replace(/^`[^`]+`: /, ""));
}

function describeName(exported) {
  const symbol = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
  const { declarations } = symbol;
  const rank = RANKS.indexOf(declarations[0].kind);
  const code = declarations.map(signature).join("\n");
  const text = [`### ${exported.name}`, `\`\`\`ts\n${code}\n\`\`\``, commentOf(symbol)]
    .filter(Boolean)
    .join("\n\n");
  return { rank: rank === -1 ? RANKS.length : rank, text };
}

/** A declaration without its comments; for a class its public members. */
function signature(declaration) {
  const node = ts.isVariableDeclaration(declaration) ? declaration.parent.parent : declaration;
  return readable(printer.printNode(ts.EmitHint.Unspecified, node, declaration.getSourceFile()))
    .replace(/^export (?:declare )?/, "")
    .replace(/^ +(?:private|#private).*\n/gm, "");
}

/** The first sentence and the errors of a name, and of each method if it is a class. */
function commentOf(symbol) {
  const methods = [...(symbol.exports?.values() ?? []), ...(symbol.members?.values() ?? [])].filter(
    ({ flags }) => symbol.flags & ts.SymbolFlags.Class && flags & ts.SymbolFlags.Method,
  );
  if (symbol.flags & ts.SymbolFlags.Function && sentenceOf(symbol) === "") {
    throw new Error(`${symbol.name} has no doc comment`);
  }
  const own = [sentenceOf(symbol), throwsOf(symbol)].filter(Boolean).join(" ");
  const lines = methods.map((method) => {
    const said = [sentenceOf(method), throwsOf(method)].filter(Boolean).join(" ");
    return said && `- \`${method.name}\`: ${said}`;
  });
  return [own, lines.filter(Boolean).join("\n")].filter(Boolean).join("\n\n");
}

function sentenceOf(symbol) {
  return firstSentence(plain(ts.displayPartsToString(symbol.getDocumentationComment(checker))));
}

function throwsOf(symbol) {
  const tags = symbol.getJsDocTags(checker).filter(({ name }) => name === "throws");
  const texts = [...new Set(tags.map(({ text }) => plain(ts.displayPartsToString(text)).replace(/\.$/, "")))];
  return texts.length === 0 ? "" : `Throws ${texts.join("; ")}.`;
}

function plain(comment) {
  return comment
    .replace(/^\s*\*? ?/gm, "")
    .replace(/\{([A-Z][\w |]*)\}/g, "$1")
    .replace(/\s+/g, " ")
    .trim();
}

function firstSentence(text) {
  const sentence = /^.*?(?:[.:](?= [A-Z`]|$)|$)/.exec(text)[0].replace(/:$/, ".");
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}

/** docs/errors.md with every code between its two marks. */
function errorsPage() {
  const rows = Object.entries(ERROR_CODES).map(([code, meaning]) => `| \`${code}\` | ${meaning} |`);
  return withTable("docs/errors.md", ["| code | meaning |", "| --- | --- |", ...rows]);
}

/** docs/encodings.md with every encoding between its two marks. */
function encodingsPage() {
  const rows = ENCODINGS.map(({ name, channels, needs16Bits, pixel, source }) => {
    const grey = needs16Bits ? "grey of 16 bits" : "grey, or RGB that is grey";
    const kind = { grey, index: "palette" }[channels];
    const colors = channels.includes("a") ? "RGBA" : "RGB or RGBA";
    return `| \`${name}\` | ${kind ?? colors} | ${pixel} | ${source} |`;
  });
  const head = ["| encoding | PNG | a pixel is | source |", "| --- | --- | --- | --- |"];
  return withTable("docs/encodings.md", [...head, ...rows]);
}

/** docs/legends.md with every form of legend between its two marks. */
function legendsPage() {
  const rows = LEGEND_FORMS.map(({ name, example, keys, source }) => {
    const lines = example.split("\n").map((line) => `\`${line.replaceAll("\t", " ")}\``);
    return `| ${name} | ${lines.join("<br>")} | ${keys} | ${source} |`;
  });
  const head = ["| form | example | has | who writes it |", "| --- | --- | --- | --- |"];
  return withTable("docs/legends.md", [...head, ...rows]);
}

/** docs/formats.md with every format, and how its data sets lie in a folder. */
function formatsPage() {
  const code = (file) => file.replace(/^([^:]+)/, "`$1`");
  const lines = (files) => files.map(code).join("<br>");
  const rows = FORMATS.map(({ name, title, files, set, reads, writes, source }) => {
    const does = [reads && "read", writes && "write"].filter(Boolean).join(", ");
    if (set === undefined)
      return `| \`${name}\`: ${title} | ${does}, single images | ${lines(files)} | | ${source} |`;
    const photos = set.photos === null ? [] : [`${set.photos}: the photos`];
    const layout = lines([...set.files, ...photos]);
    return `| \`${name}\`: ${title} | ${does}, sets too | ${layout} | ${set.loses} | ${source} |`;
  });
  const head = [
    "| format | what works | files | what a set loses | source |",
    "| --- | --- | --- | --- | --- |",
  ];
  return withTable("docs/formats.md", [...head, ...rows]);
}

/** A page with a table between the two marks that it has for what is made. */
function withTable(file, rows) {
  const page = read(file);
  const marks = /(<!-- made by `npm run docs:api`[^>]*-->\n).*?(\n<!-- end of what is made -->)/s;
  if (!marks.test(page)) throw new Error(`${file} lacks the marks of its table`);
  return page.replace(marks, (_, begin, end) => `${begin}\n${rows.join("\n")}\n${end}`);
}

/** How to start, the entry points, and the guides in the order and the words of docs/README.md. */
function llmsText() {
  const sections = read("docs/README.md")
    .split(/^## /m)
    .slice(1)
    .filter((section) => !section.startsWith("Entry points"))
    .map(
      (section) =>
        `## ${section
          .trim()
          .replace(/\]\((?!\w+:|\.\.\/)/g, "](docs/")
          .replace(/\]\(\.\.\//g, "](")}`,
    );
  const parts = [
    `# ${packageName}`,
    `> ${description}`,
    `Node ${engines.node}, ESM only, types included; in browsers with a bundler or without. \`npm install labelmap\`, or until it is published, from a clone: \`npm ci && npm run pack\`, then in your project \`npm install …/out/labelmap-${version}.tgz\`.`,
    `\`\`\`js\n${EXAMPLE}\`\`\``,
    `What the package is, what it costs and what it does not do: [README](README.md).`,
    ...sections,
    `## Entry points\n\n${entries.map((entry) => `- \`${entry.name}\`: ${aboutEntry(entry)}`).join("\n")}`,
  ];
  return `${parts.join("\n\n")}\n`;
}
