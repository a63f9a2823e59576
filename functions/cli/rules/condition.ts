import { closerOf, isCloser, isToken, type Token } from "./tokens.ts";

/** The names of wildcards and the segment that each is bound to. */
export type Bindings = ReadonlyMap<string, string>;

/** All collections that only the server uses begin like this; `matches` compares the whole string. */
export const serverPattern = "calendarSync.*";

/**
 * Whether the condition is certainly not true for these bindings. Only what is plain to see counts: `false`,
 * `x != '…'`, `!(x == '…')`, `!(x in ['…'])`, `!x.matches('calendarSync.*')`, and their combinations with && and ||.
 * Everything else, calls of functions too, may be true.
 */
export function isNeverTrue(condition: readonly Token[], bindings: Bindings): boolean {
  const tokens = withoutParentheses(condition);
  if (hasTernary(tokens)) return false;
  const either = split(tokens, "||");
  if (either.length > 1) return either.every(part => isNeverTrue(part, bindings));
  const all = split(tokens, "&&");
  if (all.length > 1) return all.some(part => isNeverTrue(part, bindings));
  const [first, second, third] = tokens;
  if (tokens.length === 1) return isToken(first, "false");
  if (isToken(first, "!")) return isNegationOfTrue(tokens.slice(1), bindings);
  return tokens.length === 3 && isToken(second, "!=") && isSame(first, third, bindings);
}

/** `!` takes one operand only: `!x in […]` is `(!x) in […]`. */
function isNegationOfTrue(operand: readonly Token[], bindings: Bindings): boolean {
  const inner = withoutParentheses(operand);
  if (inner.length < operand.length) return isAlwaysTrue(inner, bindings);
  return isServerCollection(operand, bindings);
}

function isAlwaysTrue(condition: readonly Token[], bindings: Bindings): boolean {
  const tokens = withoutParentheses(condition);
  if (hasTernary(tokens)) return false;
  const either = split(tokens, "||");
  if (either.length > 1) return either.some(part => isAlwaysTrue(part, bindings));
  const all = split(tokens, "&&");
  if (all.length > 1) return all.every(part => isAlwaysTrue(part, bindings));
  const [first, second, third] = tokens;
  if (tokens.length === 3 && isToken(second, "==")) return isSame(first, third, bindings);
  return isInList(tokens, bindings) || isServerCollection(tokens, bindings);
}

function isSame(left: Token | undefined, right: Token | undefined, bindings: Bindings): boolean {
  const [name, value] = left?.kind === "string" ? [right, left] : [left, right];
  if (name?.kind !== "word" || value?.kind !== "string" || value.text === undefined) return false;
  return bindings.get(name.text ?? "") === value.text;
}

/** `x in ['a', 'b']`, and nothing behind it. */
function isInList(tokens: readonly Token[], bindings: Bindings): boolean {
  const [name, operator, open, ...rest] = tokens;
  const close = rest.pop();
  if (name?.kind !== "word" || !isToken(operator, "in") || !isToken(open, "[") || !isToken(close, "]"))
    return false;
  const elements = rest.filter((_, index) => index % 2 === 0);
  const commas = rest.filter((_, index) => index % 2 === 1);
  if (!elements.every(({ kind }) => kind === "string") || !commas.every(mark => isToken(mark, ",")))
    return false;
  const bound = bindings.get(name.text ?? "");
  return bound !== undefined && elements.some(({ text }) => text === bound);
}

/** `x.matches('calendarSync.*')` */
function isServerCollection(tokens: readonly Token[], bindings: Bindings): boolean {
  const [name, dot, matches, open, pattern, close] = tokens;
  if (tokens.length !== 6 || name?.kind !== "word" || pattern?.kind !== "string") return false;
  if (!isToken(dot, ".") || !isToken(matches, "matches") || !isToken(open, "(") || !isToken(close, ")"))
    return false;
  const bound = bindings.get(name.text ?? "");
  return bound?.startsWith("calendarSync") === true && pattern.text === serverPattern;
}

/** Without parentheses around the whole. */
function withoutParentheses(tokens: readonly Token[]): readonly Token[] {
  if (!isToken(tokens[0], "(")) return tokens;
  let depth = 0;
  for (const [index, token] of tokens.entries()) {
    if (closerOf(token) !== undefined) depth += 1;
    else if (isCloser(token)) depth -= 1;
    if (depth === 0) return index === tokens.length - 1 ? withoutParentheses(tokens.slice(1, -1)) : tokens;
  }
  return tokens;
}

/** The parts between the operators that stand outside of all brackets. */
function split(tokens: readonly Token[], operator: string): Token[][] {
  const parts: Token[][] = [[]];
  let depth = 0;
  for (const token of tokens) {
    if (closerOf(token) !== undefined) depth += 1;
    else if (isCloser(token)) depth -= 1;
    if (depth === 0 && isToken(token, operator)) parts.push([]);
    else parts.at(-1)?.push(token);
  }
  return parts;
}

function hasTernary(tokens: readonly Token[]): boolean {
  return split(tokens, "?").length > 1;
}

/** Whether the condition needs parentheses before `&& …` can be put behind it. */
export function isLooserThanAnd(condition: readonly Token[]): boolean {
  return hasTernary(condition) || split(condition, "||").length > 1;
}

/** The condition in one line and without comments. */
export function conditionText(text: string, condition: readonly Token[]): string {
  let written = "";
  let end: number | undefined;
  for (const token of condition) {
    if (end !== undefined && token.start > end) written += " ";
    written += text.slice(token.start, token.end);
    ({ end } = token);
  }
  return written;
}
