/**
 * A plugin of Stryker: the words of a message are left alone. Tests hold on to an error's code and to the name or the
 * remedy in its message; an assertion of each whole sentence would only repeat the source.
 */
export const strykerPlugins = [{ kind: "Ignore", name: "messages", value: { shouldIgnore } }];

/** @param {import("@stryker-mutator/api/ignore").NodePath} path */
function shouldIgnore({ node, parent, listKey, key }) {
  if (node.type !== "StringLiteral" && node.type !== "TemplateLiteral") return undefined;
  const isThrown =
    parent?.type === "NewExpression" &&
    /Error$/.test(parent.callee.name) &&
    listKey === "arguments" &&
    key > 0;
  const isIssue = parent?.type === "ObjectProperty" && key === "value" && parent.key.name === "message";
  return isThrown || isIssue ? "the words of a message" : undefined;
}
