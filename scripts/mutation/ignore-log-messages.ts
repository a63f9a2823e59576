/**
 * A plugin of Stryker that excludes the message of a log line: the first argument of `log.info`, `log.warn` and
 * `log.error`, for any variable or property with that name. Messages are written for people, and a test would repeat
 * them word for word. The fields, and the condition for logging, are mutated like all other code.
 */

/** The parts of a path in Babel's syntax tree that are used here. */
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

/** The reason to exclude `path`, or undefined. */
export function whyIgnored({ node, key, listKey, parent }: Path): string | undefined {
  if (!literals.has(node.type) || listKey !== "arguments" || key !== 0) return undefined;
  const callee = parent?.type === "CallExpression" ? parent.callee : undefined;
  if ((callee?.object?.name ?? callee?.object?.property?.name) !== "log") return undefined;
  // In `log[level]` the property is an expression, whose value is unknown here.
  return levels.has(callee?.property?.name) || callee?.property?.type === "ConditionalExpression"
    ? "the sentence of a log line"
    : undefined;
}

export const strykerPlugins = [{ kind: "Ignore", name: "log-messages", value: { shouldIgnore: whyIgnored } }];
