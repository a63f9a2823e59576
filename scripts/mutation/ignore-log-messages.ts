/**
 * A plugin of Stryker: leaves out the sentence of a log line, the first argument of `log.info`, `log.warn` and
 * `log.error`, wherever the log comes from. It is for people, and a test of it would repeat it word for word. Its
 * fields, and whether anything is logged, are mutated like all other code.
 */

/** What is used here of a path in Babel's syntax tree. */
interface Path {
  readonly node: { readonly type: string };
  readonly key: string | number | null;
  readonly listKey?: string;
  readonly parent?: {
    readonly type: string;
    readonly callee?: {
      readonly type: string;
      readonly object?: { readonly name?: string; readonly property?: { readonly name?: string } };
      readonly property?: { readonly type: string; readonly name?: string };
    };
  };
}

const literals = new Set(["StringLiteral", "TemplateLiteral"]);
const levels = new Set<string | undefined>(["info", "warn", "error"]);

/** The reason to leave `path` out, or undefined. */
export function whyIgnored({ node, key, listKey, parent }: Path): string | undefined {
  if (!literals.has(node.type) || listKey !== "arguments" || key !== 0) return undefined;
  const callee = parent?.type === "CallExpression" ? parent.callee : undefined;
  if ((callee?.object?.name ?? callee?.object?.property?.name) !== "log") return undefined;
  // `log[level]` has an expression there, whose value is not known here.
  return levels.has(callee?.property?.name) || callee?.property?.type === "ConditionalExpression"
    ? "the sentence of a log line"
    : undefined;
}

export const strykerPlugins = [{ kind: "Ignore", name: "log-messages", value: { shouldIgnore: whyIgnored } }];
