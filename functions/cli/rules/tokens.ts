/** A word, a string, or punctuation of the Security Rules language. Comments and white space are not tokens. */
export interface Token {
  readonly kind: "word" | "string" | "mark";
  /** Of a string, what stands between its quotes; undefined if it has escapes, which nothing here decodes. */
  readonly text: string | undefined;
  readonly start: number;
  readonly end: number;
}

/** The rules cannot be read. `at` is an offset in the text. */
export class RulesSyntaxError extends Error {
  readonly at: number;
  constructor(problem: string, at: number) {
    super(problem);
    this.at = at;
  }
}

/** The first offset at or after `from` that is neither white space nor in a comment. */
export function skipBlank(text: string, from: number): number {
  let at = from;
  while (at < text.length) {
    if (/\s/.test(text.charAt(at))) at += 1;
    else if (text.startsWith("//", at)) at = lineEnd(text, at);
    else if (text.startsWith("/*", at)) {
      const end = text.indexOf("*/", at + 2);
      if (end < 0) throw new RulesSyntaxError("a comment does not end", at);
      at = end + 2;
    } else return at;
  }
  return at;
}

function lineEnd(text: string, from: number): number {
  const found = /[\r\n]/g;
  found.lastIndex = from;
  return found.exec(text)?.index ?? text.length;
}

const marks = ["&&", "||", "==", "!=", "<=", ">=", "**"];

/** The token at `from` or behind the blank there; undefined at the end of the text. */
export function nextToken(text: string, from: number): Token | undefined {
  const start = skipBlank(text, from);
  if (start >= text.length) return undefined;
  const first = text.charAt(start);
  if (first === "'" || first === '"') return stringToken(text, start, first);
  const word = /[A-Za-z_0-9]+/y;
  word.lastIndex = start;
  const found = word.exec(text)?.[0];
  if (found !== undefined) return { kind: "word", text: found, start, end: start + found.length };
  const mark = marks.find(pair => text.startsWith(pair, start)) ?? first;
  return { kind: "mark", text: mark, start, end: start + mark.length };
}

function stringToken(text: string, start: number, quote: string): Token {
  for (let at = start + 1; at < text.length; at += 1) {
    const letter = text.charAt(at);
    if (letter === "\\") at += 1;
    else if (letter === "\n") break;
    else if (letter === quote) {
      const content = text.slice(start + 1, at);
      return {
        kind: "string",
        text: content.includes("\\") ? undefined : content,
        start,
        end: at + 1,
      };
    }
  }
  throw new RulesSyntaxError("a string does not end", start);
}

/** True for a word or a mark with this text, never for a string. */
export function isToken(token: Token | undefined, text: string): boolean {
  return token !== undefined && token.kind !== "string" && token.text === text;
}

const closers: Readonly<Record<string, string>> = { "(": ")", "[": "]", "{": "}" };

/** Whether the token opens a bracket: then the text of the closing one. */
export function closerOf(token: Token): string | undefined {
  return token.kind === "mark" ? closers[token.text ?? ""] : undefined;
}

export function isCloser(token: Token): boolean {
  return token.kind === "mark" && [")", "]", "}"].includes(token.text ?? "");
}
