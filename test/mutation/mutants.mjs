/**
 * Finds the places of an AssemblyScript file where one small slip would change its meaning, and what the slip would be.
 *
 * AssemblyScript is written in TypeScript's grammar, so that a TypeScript parser reads it. Only expressions are walked:
 * comments, strings, types and type arguments (the `u8` of `load<u8>`) stay as they are. So do three kinds of expression
 * whose mutants say nothing:
 *
 * - what `check` is given, since the released module does not have it;
 * - the step of a `for` loop, which turned round only hangs;
 * - the number that a module's variable has before the first decode writes it.
 */
import { parseAst } from "rolldown/parseAst";

const SWAPS = {
  "<": ["<=", ">="],
  "<=": ["<", ">"],
  ">": [">=", "<="],
  ">=": [">", "<"],
  "===": ["!=="],
  "!==": ["==="],
  "==": ["!="],
  "!=": ["=="],
  "&&": ["||"],
  "||": ["&&"],
  "+": ["-"],
  "-": ["+"],
  "*": ["+"],
  "/": ["*"],
  "%": ["*"],
  "&": ["|"],
  "|": ["&"],
  "^": ["|"],
  "<<": [">>"],
  ">>": ["<<"],
  ">>>": ["<<"],
  "++": ["--"],
  "--": ["++"],
};
const OTHER_FUNCTION = { min: "max", max: "min" };
/** A named constant, as WINDOW_BYTES, but no type parameter. */
const CONSTANT = /^[A-Z][A-Z0-9]*(_[A-Z0-9]+)+$/;
/** Parts of the tree that hold types or names, or text, and no arithmetic. */
const SKIPPED_TYPES = /^(TS(?!AsExpression|TypeAssertion|NonNullExpression)|Import|ExportAll)/;
const SKIPPED_KEYS = new Set([
  "typeArguments",
  "typeAnnotation",
  "typeParameters",
  "returnType",
  "decorators",
]);

/**
 * @typedef {{ file: string, line: number, start: number, end: number, from: string, to: string,
 *   place: number }} Mutant
 * `start` and `end` are offsets in the file; `from` stands there, and `to` takes its place. `place`: which one it is,
 * from 1 on, of those on the line that are changed alike.
 */

/**
 * @param {string} file the path that the mutants name
 * @param {string} text
 * @returns {Mutant[]} in the order of their places
 */
export function findMutants(file, text) {
  const mutants = [];
  const add = (start, end, to) => {
    const line = text.slice(0, start).split("\n").length;
    mutants.push({ file, line, start, end, from: text.slice(start, end), to });
  };
  const swap = (node, left, right) => {
    const start = text.indexOf(node.operator, skipComments(text, left));
    if (start < 0 || start >= right) throw new Error(`${file}: no ${node.operator} after offset ${left}`);
    const bare = node.type === "AssignmentExpression" ? node.operator.slice(0, -1) : node.operator;
    for (const other of SWAPS[bare] ?? []) add(start, start + bare.length, other);
  };

  const visitors = {
    BinaryExpression: (node) => swap(node, node.left.end, node.right.start),
    LogicalExpression: (node) => swap(node, node.left.end, node.right.start),
    AssignmentExpression: (node) => {
      if (node.operator !== "=") swap(node, node.left.end, node.right.start);
    },
    UpdateExpression: (node) =>
      node.prefix ? swap(node, node.start, node.argument.start) : swap(node, node.argument.end, node.end),
    UnaryExpression: (node) => {
      if (node.operator === "!" || node.operator === "~") add(node.start, node.start + 1, "");
    },
    Literal: (node) => {
      if (typeof node.value === "boolean") add(node.start, node.end, String(!node.value));
      if (typeof node.value !== "number") return;
      const written = text.slice(node.start, node.end);
      const number = (value) => (written.startsWith("0x") ? `0x${value.toString(16)}` : String(value));
      add(node.start, node.end, number(node.value + 1));
      add(node.start, node.end, node.value > 0 ? number(node.value - 1) : "-1");
    },
    Identifier: (node) => {
      if (!CONSTANT.test(node.name)) return;
      add(node.start, node.end, `(${node.name} + 1)`);
      add(node.start, node.end, `(${node.name} - 1)`);
    },
    CallExpression: ({ callee }) => {
      const other = callee.type === "Identifier" ? OTHER_FUNCTION[callee.name] : undefined;
      if (other) add(callee.start, callee.end, other);
    },
  };

  const walk = (node) => {
    if (Array.isArray(node)) return node.forEach(walk);
    if (node === null || typeof node?.type !== "string" || SKIPPED_TYPES.test(node.type)) return;
    visitors[node.type]?.(node);
    for (const [key, value] of Object.entries(node)) {
      if (!SKIPPED_KEYS.has(key) && !isName(node, key) && !saysNothing(node, key)) walk(value);
    }
  };
  const program = parseAst(text, { lang: "ts" }).body;
  for (const statement of program) if (!isFirstNumber(statement.declaration ?? statement)) walk(statement);
  mutants.sort((one, other) => one.start - other.start || one.end - other.end);
  const seen = new Map();
  for (const mutant of mutants) {
    const key = `${mutant.line} ${mutant.from} ${mutant.to}`;
    mutant.place = (seen.get(key) ?? 0) + 1;
    seen.set(key, mutant.place);
  }
  return mutants;
}

/** Names that are declared, assigned or members, and so no values. */
function isName(node, key) {
  if (node.type === "VariableDeclarator") return key === "id";
  if (node.type === "MemberExpression") return key === "property" && !node.computed;
  if (node.type === "AssignmentExpression") return key === "left" && node.left.type === "Identifier";
  return node.type === "ExportSpecifier" || (key === "id" && /^(Function|Class)/.test(node.type));
}

function saysNothing(node, key) {
  if (node.type === "CallExpression") return node.callee.name === "check";
  return node.type === "ForStatement" && key === "update";
}

/** `let width: u32 = 0;` of the module. */
function isFirstNumber(statement) {
  return (
    statement.type === "VariableDeclaration" &&
    statement.kind === "let" &&
    statement.declarations.every(({ init }) => typeof init?.value === "number")
  );
}

/** The first offset from `start` on that is no white space, bracket or comment. */
function skipComments(text, start) {
  const skipped = /(\s|\)|\/\/[^\n]*\n|\/\*[\s\S]*?\*\/)*/y;
  skipped.lastIndex = start;
  skipped.exec(text);
  return skipped.lastIndex;
}

/** @param {string} text @param {Mutant} mutant */
export function applyMutant(text, { start, end, to }) {
  return text.slice(0, start) + to + text.slice(end);
}

/** `assembly/fused.ts:288  WINDOW_BYTES → (WINDOW_BYTES - 1)  in: the line` */
export function describeMutant({ file, line, from, to }, text) {
  const source = text.split("\n")[line - 1].trim();
  return `${file}:${line}  ${from} → ${to || "nothing"}  in: ${source}`;
}
