/**
 * A plugin of Stryker: the words of a message are left alone. Tests hold on to an error's code and to the name or the
 * remedy in its message; an assertion of each whole sentence would only repeat the source.
 */

export const strykerPlugins = [{ kind: "Ignore", name: "messages", value: { shouldIgnore } }];

/** @param {import("@stryker-mutator/api/ignore").NodePath} path */
function shouldIgnore({ node, parent, listKey, key, parentPath }) {
  if (node.type !== "StringLiteral" && node.type !== "TemplateLiteral") return undefined;
  const isArgument = listKey === "arguments";
  // `new DecodeError("CODE", "…")`, or `throw invalid("…")`, which makes one with its code.
  const isOfError =
    isArgument && parent.type === "NewExpression" && /Error$/.test(parent.callee.name) && key > 0;
  const isThrown =
    isArgument && parentPath.parent.type === "ThrowStatement" && parent.type === "CallExpression";
  const isIssue = parent.type === "ObjectProperty" && key === "value" && parent.key.name === "message";
  const isNamed = parent.type === "VariableDeclarator" && /^(message|remedy)$/.test(parent.id.name);
  return isOfError || isThrown || isIssue || isNamed ? "the words of a message" : undefined;
}
