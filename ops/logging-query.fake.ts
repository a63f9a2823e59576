/**
 * The part of the Logging query language that the filters of `metrics/` use: comparisons with `=`, `>`, `>=`, `<`,
 * `<=`, joined by AND, OR, NOT and parentheses. Anything else throws, because a filter that is read differently here
 * than at Google would prove nothing. Source: "Logging query language"
 * (docs.cloud.google.com/logging/docs/view/logging-query-language).
 */

/** A LogEntry of Cloud Logging, as JSON. */
export type Entry = Readonly<Record<string, unknown>>;

type Condition = (entry: Entry) => boolean;
type Operator = "=" | ">" | ">=" | "<" | "<=";

const severities = [
  "DEFAULT",
  "DEBUG",
  "INFO",
  "NOTICE",
  "WARNING",
  "ERROR",
  "CRITICAL",
  "ALERT",
  "EMERGENCY",
] as const;

const token = /\s*(?:(?<text>"[^"\\]*")|(?<mark>[()]|>=|<=|[=<>])|(?<word>[\w.-]+))/y;

/** The value at a path such as `jsonPayload.event`; undefined if there is none. */
export function valueAt(entry: Entry, path: string): unknown {
  return path
    .split(".")
    .reduce<unknown>(
      (value, name) => (typeof value === "object" && value !== null ? (value as Entry)[name] : undefined),
      entry,
    );
}

/** Returns a function that says whether an entry matches. Throws if the filter contains anything unknown. */
export function parseFilter(filter: string): Condition {
  const tokens = tokensOf(filter);
  let next = 0;
  const take = (): string => {
    const taken = tokens[next++];
    if (taken === undefined) throw new Error(`the filter ends too early: ${filter}`);
    return taken;
  };
  // NOT binds closest, then OR, then AND ("Boolean operators").
  const conjunction = (): Condition => {
    const parts = [disjunction()];
    while (tokens[next] === "AND") {
      next += 1;
      parts.push(disjunction());
    }
    return entry => parts.every(part => part(entry));
  };
  const disjunction = (): Condition => {
    const parts = [single()];
    while (tokens[next] === "OR") {
      next += 1;
      parts.push(single());
    }
    return entry => parts.some(part => part(entry));
  };
  const single = (): Condition => {
    const first = take();
    if (first === "NOT") {
      const negated = single();
      return entry => !negated(entry);
    }
    if (first === "(") {
      const inner = conjunction();
      if (take() !== ")") throw new Error(`a parenthesis is not closed: ${filter}`);
      return inner;
    }
    return comparison(first, take(), take());
  };
  const condition = conjunction();
  if (next < tokens.length) throw new Error(`unknown: ${tokens.slice(next).join(" ")} in ${filter}`);
  return condition;
}

function tokensOf(filter: string): string[] {
  const tokens: string[] = [];
  token.lastIndex = 0;
  while (token.lastIndex < filter.trimEnd().length) {
    const at = token.lastIndex;
    const found = token.exec(filter);
    if (found === null) throw new Error(`unknown: ${filter.slice(at)}`);
    tokens.push(found[0].trim());
  }
  return tokens;
}

function comparison(path: string, operator: string, literal: string): Condition {
  if (!/^[a-z]\w*(\.[a-zA-Z]\w*)*$/.test(path)) throw new Error(`not a field: ${path}`);
  if (!isOperator(operator)) throw new Error(`not a comparison: ${operator}`);
  if (path === "severity") {
    const rank = severities.findIndex(name => name === literal);
    if (rank < 0) throw new Error(`not a severity: ${literal}`);
    return entry =>
      compare(
        severities.findIndex(name => name === valueAt(entry, path)),
        operator,
        rank,
      );
  }
  if (literal.startsWith('"')) {
    // Google compares texts without regard to case; a filter must not depend on that.
    if (operator !== "=") throw new Error(`a text can only be equal: ${path}${operator}${literal}`);
    const text = literal.slice(1, -1);
    return entry => valueAt(entry, path) === text;
  }
  const number = Number(literal);
  if (Number.isNaN(number)) throw new Error(`neither a text in quotes nor a number: ${literal}`);
  // A comparison with a field that is missing, null or no number is false.
  return entry => {
    const value = valueAt(entry, path);
    return typeof value === "number" && compare(value, operator, number);
  };
}

function isOperator(text: string): text is Operator {
  return ["=", ">", ">=", "<", "<="].includes(text);
}

function compare(left: number, operator: Operator, right: number): boolean {
  switch (operator) {
    case "=":
      return left === right;
    case ">":
      return left > right;
    case ">=":
      return left >= right;
    case "<":
      return left < right;
    case "<=":
      return left <= right;
  }
}
