/**
 * `npm run docs:api`: writes docs/api.md, every public name of every entry point with its signature, its first sentence and
 * its errors, and llms.txt, the map of the documentation for language models (llmstxt.org). Both are kept in the
 * repository. With `--check` nothing is written, and the exit code says whether both are up to date.
 *
 * It reads the declarations in dist/ through the TypeScript of docs/site, since TypeScript 7 has no such API yet.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

const root = new URL("../", import.meta.url);
const read = (name) => readFileSync(new URL(name, root), "utf8");
const ts = createRequire(new URL("docs/site/package.json", root))("typescript");
const { name: packageName, description, engines, version, exports } = JSON.parse(read("package.json"));

const entries = Object.entries(exports).filter(([path, to]) => to.types && !path.startsWith("./browser"));
const fileOf = ({ types }) => fileURLToPath(new URL(types, root));
const program = ts.createProgram(
  entries.map(([, to]) => fileOf(to)),
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

const made = { "docs/api.md": summary(), "llms.txt": llmsText() };
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
    `Every public name of \`${packageName}\` by entry point: its signature, what it is in a sentence, what it throws. Made from the types by \`npm run docs:api\`; a test fails where it is out of date.`,
    "Each of these entry points that runs in browsers is there as `labelmap/browser/…` too, for pages without a bundler.",
    entries.map(([path, to]) => `- [${nameOf(path)}](#${anchorOf(path)}): ${aboutEntry(to)}`).join("\n"),
  ];
  const end =
    "Next: [How it works](how-it-works.md), [changes](../CHANGELOG.md). All pages: [docs](README.md).";
  return `${[...head, ...entries.flatMap(describeEntry), end].join("\n\n")}\n`;
}

function describeEntry([path, to]) {
  const file = program.getSourceFile(fileOf(to));
  const names = checker.getExportsOfModule(checker.getSymbolAtLocation(file));
  const described = names.map(describeName).sort((one, other) => one.rank - other.rank);
  return [`## ${nameOf(path)}`, aboutEntry(to), ...described.map(({ text }) => text)];
}

function nameOf(path) {
  return `${packageName}${path.slice(1)}`;
}

/** Where a heading is on the page, as GitHub and TypeDoc make it. */
function anchorOf(path) {
  return nameOf(path)
    .toLowerCase()
    .replace(/[^\w-]/g, "");
}

/** The first sentence of an entry point's file. */
function aboutEntry(to) {
  const { text } = program.getSourceFile(fileOf(to));
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
  return printer
    .printNode(ts.EmitHint.Unspecified, node, declaration.getSourceFile())
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

/** How to start, the entry points, and the guides in the order and words of docs/README.md. */
function llmsText() {
  const sections = read("docs/README.md")
    .split(/^## /m)
    .slice(1)
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
    `Node ${engines.node}, ESM only, types included; in browsers with a bundler or without. From a clone: \`npm ci && npm pack\`, then in your project \`npm install …/labelmap-${version}.tgz\`.`,
    `\`\`\`js\n${EXAMPLE}\`\`\``,
    `What the package is, what it costs and what it does not do: [README](README.md).`,
    ...sections,
    `## Entry points\n\n${entries.map(([path, to]) => `- \`${nameOf(path)}\`: ${aboutEntry(to)}`).join("\n")}`,
  ];
  return `${parts.join("\n\n")}\n`;
}
