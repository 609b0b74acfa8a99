/**
 * `npm run check:layers`: reads the imports of both packages and fails on each one that breaks the architecture.
 *
 * - A room (a folder of src/) imports only the rooms before it in `ROOMS`, and the few files directly in src/ that belong
 *   below all rooms.
 * - There are no import cycles, not even of types.
 * - labelmap-cli imports the library through its published entry points; the library never imports labelmap-cli.
 * - The core, which is index.ts and everything that it reaches, uses no Node module and no HTTP client. Nor does it call
 *   `import()`, which needs a file of its own for each call, and workers of some bundlers are one file.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseAst } from "rolldown/parseAst";

/** From the ground up. */
export const ROOMS = [
  "checks",
  "legend",
  "maps",
  "objects",
  "geometry",
  "compare",
  "tensors",
  "decode",
  "formats",
  "dataset",
  "loader",
  "webgpu",
  "playment",
];
/** The files of src/ that every room may import. */
const GROUND = ["src/errors.ts", "src/error-codes.ts", "src/version.ts"];
/** What the core must never reach. */
const OUTSIDE_WORLD = /^(node:|ky$)/;

/**
 * @param {Map<string, string>} files each source file's path from the repository's root, with `/`, and its text.
 * @param {ReadonlySet<string>} entryPoints the published names, such as `labelmap` and `labelmap/geometry`.
 * @returns {string[]} one sentence for each violation.
 */
export function findViolations(files, entryPoints) {
  const graph = new Map([...files].map(([file, text]) => [file, importsOf(file, text)]));
  const violations = [];
  for (const [file, imports] of graph) {
    for (const name of imports) violations.push(...judgeImport(file, name, entryPoints));
  }
  const edges = new Map(
    [...graph].map(([file, imports]) => [file, imports.filter((name) => graph.has(name))]),
  );
  for (const cycle of findCycles(edges)) violations.push(`import cycle: ${cycle.join(" → ")}`);
  for (const file of reachableFrom("src/index.ts", edges)) {
    for (const name of graph.get(file).filter((other) => OUTSIDE_WORLD.test(other))) {
      violations.push(`${file} is part of the core and imports ${name}`);
    }
    if (callsImport(files.get(file))) violations.push(`${file} is part of the core and calls import()`);
  }
  return violations;
}

/** Whether a file loads another while the program runs. The type of an `import()` is none. */
function callsImport(text) {
  let found = false;
  visit(parseAst(text, { lang: "ts" }).body, ({ type }) => {
    found ||= type === "ImportExpression";
  });
  return found;
}

/** What a file imports: repository paths of the files, and the names of packages. */
function importsOf(file, text) {
  const names = [];
  visit(parseAst(text, { lang: file.endsWith("x") ? "tsx" : "ts" }).body, (node) => {
    const { source, type } = node;
    if (typeof source?.value === "string") names.push(source.value);
    // `import("./a.js").Name` as a type.
    if (type === "TSImportType") names.push((node.argument?.literal ?? node.argument ?? source).value);
  });
  return [...new Set(names)].map((name) =>
    name.startsWith(".") ? sourceOf(posix.join(posix.dirname(file), name)) : name,
  );
}

/** Calls `look` with each node of a syntax tree. */
function visit(node, look) {
  if (node === null || typeof node !== "object") return;
  if (!Array.isArray(node)) look(node);
  for (const child of Object.values(node)) visit(child, look);
}

/** TypeScript imports `a.js` if the source is `a.ts`. */
function sourceOf(path) {
  return path.replace(/\.js$/, ".ts");
}

function judgeImport(file, name, entryPoints) {
  const isCommand = file.startsWith("cli/");
  if (isCommand && (name.startsWith("src/") || name.startsWith("dist/"))) {
    return [`${file} reaches into the library: ${name}; import a published entry point`];
  }
  if (isCommand && /^labelmap(\/|$)/.test(name) && !entryPoints.has(name)) {
    return [`${file} imports ${name}, which the library does not publish`];
  }
  if (isCommand) return [];
  if (name.startsWith("cli/") || /^labelmap-cli(\/|$)/.test(name)) {
    return [`${file} imports the command: ${name}`];
  }
  const from = roomOf(file);
  const to = roomOf(name);
  if (from === undefined || !name.startsWith("src/")) return [];
  if (to === undefined) return GROUND.includes(name) ? [] : [`${file} imports ${name}, which is above it`];
  if (!ROOMS.includes(from) || !ROOMS.includes(to)) {
    return [`${file} imports ${name}: give both rooms a place in ROOMS`];
  }
  const isAbove = ROOMS.indexOf(to) > ROOMS.indexOf(from);
  return isAbove ? [`${file} imports ${name}: ${to}/ is above ${from}/`] : [];
}

/** The folder of src/ that a file is in. */
function roomOf(file) {
  return /^src\/([^/]+)\//.exec(file)?.[1];
}

/** The cycles that a depth-first walk finds: at least one of each strongly connected group of files. */
function findCycles(edges) {
  const cycles = [];
  const finished = new Set();
  const path = [];
  const walk = (file) => {
    const start = path.indexOf(file);
    if (start >= 0) cycles.push([...path.slice(start), file]);
    if (start >= 0 || finished.has(file)) return;
    path.push(file);
    edges.get(file).forEach(walk);
    path.pop();
    finished.add(file);
  };
  [...edges.keys()].forEach(walk);
  return cycles;
}

function reachableFrom(start, edges) {
  const reached = new Set();
  const walk = (file) => {
    if (reached.has(file) || !edges.has(file)) return;
    reached.add(file);
    edges.get(file).forEach(walk);
  };
  walk(start);
  return reached;
}

/** The source files of both packages. */
export function readSources(root) {
  const files = new Map();
  for (const folder of ["src", "cli/src", "cli/explorer/src"]) {
    for (const entry of readdirSync(join(root, folder), { recursive: true, withFileTypes: true })) {
      if (!entry.isFile() || !/(?<!\.d)\.tsx?$/.test(entry.name)) continue;
      const path = join(entry.parentPath, entry.name);
      const name = path.slice(root.length).replaceAll("\\", "/").replace(/^\//, "");
      files.set(name, readFileSync(path, "utf8"));
    }
  }
  return files;
}

/** `labelmap` and `labelmap/NAME` for each export of the library. */
export function entryPointsOf(root) {
  const { name, exports } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  return new Set(Object.keys(exports).map((path) => name + path.slice(1)));
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const root = dirname(dirname(fileURLToPath(import.meta.url)));
  if (!existsSync(join(root, "src"))) throw new Error("there is no src/");
  const sources = readSources(root);
  const violations = findViolations(sources, entryPointsOf(root));
  for (const violation of violations) console.error(violation);
  console.log(`layers: ${sources.size} files, ${violations.length} violations`);
  process.exitCode = violations.length > 0 ? 1 : 0;
}
