import { closerOf, isCloser, isToken, nextToken, RulesSyntaxError, skipBlank, type Token } from "./tokens.ts";

/** A segment of a match path: a name, `{x}` (one segment) or `{x=**}` (the rest). */
export type Segment =
  | { readonly kind: "literal"; readonly text: string }
  | { readonly kind: "one" | "rest"; readonly name: string };

/** An allow statement. Offsets are those of the whole text; `end` is behind the semicolon. */
export interface Allow {
  readonly methods: readonly string[];
  /** Empty: always. */
  readonly condition: readonly Token[];
  readonly start: number;
  readonly end: number;
}

/** `match /path { … }`; `open` is behind the opening brace, `close` at the closing one. */
export interface MatchBlock {
  readonly path: readonly Segment[];
  readonly pathStart: number;
  readonly pathEnd: number;
  readonly start: number;
  readonly open: number;
  readonly close: number;
  readonly allows: readonly Allow[];
  readonly blocks: readonly MatchBlock[];
  readonly functions: readonly string[];
}

export interface Service {
  readonly name: string;
  readonly close: number;
  readonly blocks: readonly MatchBlock[];
}

export interface RulesFile {
  /** Of version 1, `{x=**}` is one or more segments; of version 2, none or more (Get started, "Rules version 2"). */
  readonly version: 1 | 2;
  readonly services: readonly Service[];
}

/** What a statement begins with. Before it, the semicolon of an allow statement may be missing. */
const statementWords = ["allow", "match", "function"];

const allMethods = ["read", "get", "list", "write", "create", "update", "delete"];

/**
 * Parses Firestore Security Rules as far as it matters who may do what where: conditions and the bodies of functions
 * are only split into tokens.
 *
 * @throws RulesSyntaxError for everything that it does not know, because a rule that is not understood may be any rule
 */
export function parseRules(text: string): RulesFile {
  const reader = new Reader(text);
  let version: 1 | 2 = 1;
  const services: Service[] = [];
  for (let token = reader.peek(); token !== undefined; token = reader.peek()) {
    if (isToken(token, "rules_version")) version = rulesVersion(reader);
    else if (isToken(token, "service")) services.push(service(reader));
    else if (isToken(token, "function")) functionName(reader);
    else throw new RulesSyntaxError(`"${token.text ?? ""}" is not known here`, token.start);
  }
  return { version, services };
}

class Reader {
  readonly text: string;
  at = 0;
  constructor(text: string) {
    this.text = text;
  }
  peek(): Token | undefined {
    return nextToken(this.text, this.at);
  }
  take(): Token {
    const token = this.peek();
    if (token === undefined) throw new RulesSyntaxError("the text ends too early", this.text.length);
    this.at = token.end;
    return token;
  }
  expect(text: string): Token {
    const token = this.take();
    if (!isToken(token, text)) throw new RulesSyntaxError(`"${text}" is missing`, token.start);
    return token;
  }
  word(what: string): string {
    const token = this.take();
    if (token.kind !== "word" || token.text === undefined)
      throw new RulesSyntaxError(`${what} is missing`, token.start);
    return token.text;
  }
  /** The tokens up to the bracket that closes `opener`, which has just been taken. */
  skipGroup(opener: Token): void {
    const closer = closerOf(opener) ?? "";
    for (let token = this.take(); !isToken(token, closer); token = this.take()) {
      if (closerOf(token) !== undefined) this.skipGroup(token);
      else if (isCloser(token)) throw new RulesSyntaxError(`"${closer}" is missing`, token.start);
    }
  }
}

function rulesVersion(reader: Reader): 1 | 2 {
  reader.take();
  reader.expect("=");
  const token = reader.take();
  if (token.kind !== "string" || (token.text !== "1" && token.text !== "2"))
    throw new RulesSyntaxError("rules_version is '1' or '2'", token.start);
  if (isToken(reader.peek(), ";")) reader.take();
  return token.text === "2" ? 2 : 1;
}

function service(reader: Reader): Service {
  reader.take();
  let name = reader.word("the name of the service");
  while (isToken(reader.peek(), ".")) {
    reader.take();
    name += `.${reader.word("the name of the service")}`;
  }
  reader.expect("{");
  const { blocks, allows, close } = body(reader);
  const [allow] = allows;
  if (allow !== undefined)
    throw new RulesSyntaxError("an allow statement outside a match block", allow.start);
  return { name, close, blocks };
}

/** Everything up to the closing brace of a service or a match block. */
function body(reader: Reader): Pick<MatchBlock, "allows" | "blocks" | "functions" | "close"> {
  const allows: Allow[] = [];
  const blocks: MatchBlock[] = [];
  const functions: string[] = [];
  for (;;) {
    const token = reader.peek();
    if (isToken(token, "}")) return { allows, blocks, functions, close: reader.take().start };
    if (isToken(token, "allow")) allows.push(allow(reader));
    else if (isToken(token, "match")) blocks.push(match(reader));
    else if (isToken(token, "function")) functions.push(functionName(reader));
    else {
      const what = token === undefined ? 'a "}" is missing' : `"${token.text ?? "…"}" is not known here`;
      throw new RulesSyntaxError(what, token?.start ?? reader.text.length);
    }
  }
}

function functionName(reader: Reader): string {
  reader.take();
  const name = reader.word("the name of the function");
  reader.skipGroup(reader.expect("("));
  reader.skipGroup(reader.expect("{"));
  return name;
}

function match(reader: Reader): MatchBlock {
  const { start } = reader.take();
  const pathStart = skipBlank(reader.text, reader.at);
  const path: Segment[] = [];
  while (reader.text.charAt(skipBlank(reader.text, reader.at)) === "/") {
    reader.at = skipBlank(reader.text, reader.at) + 1;
    path.push(segment(reader));
  }
  const pathEnd = reader.at;
  if (path.length === 0) throw new RulesSyntaxError("a path is missing", pathStart);
  const open = reader.expect("{").end;
  return { path, pathStart, pathEnd, start, open, ...body(reader) };
}

function segment(reader: Reader): Segment {
  const literal = /[^\s/{}();=*'",]+|\([^\s/{}();=*'",]+\)/y;
  literal.lastIndex = reader.at;
  const text = literal.exec(reader.text)?.[0];
  if (text !== undefined) {
    reader.at += text.length;
    return { kind: "literal", text };
  }
  reader.expect("{");
  const name = reader.word("the name of a wildcard");
  const rest = isToken(reader.peek(), "=");
  if (rest) {
    reader.take();
    reader.expect("**");
  }
  reader.expect("}");
  return { kind: rest ? "rest" : "one", name };
}

function allow(reader: Reader): Allow {
  const { start } = reader.take();
  const methods = [method(reader)];
  while (isToken(reader.peek(), ",")) {
    reader.take();
    methods.push(method(reader));
  }
  const condition: Token[] = [];
  if (isToken(reader.peek(), ":")) {
    reader.take();
    reader.expect("if");
    condition.push(...conditionTokens(reader));
  }
  const next = reader.peek();
  if (isToken(next, ";")) reader.take();
  else if (!["}", ...statementWords].some(end => isToken(next, end)))
    throw new RulesSyntaxError('a ";" is missing', next?.start ?? reader.at);
  return { methods, condition, start, end: reader.at };
}

function method(reader: Reader): string {
  const name = reader.word("read, write, get, list, create, update or delete");
  if (!allMethods.includes(name))
    throw new RulesSyntaxError(`"${name}" is no method`, reader.at - name.length);
  return name;
}

/** The condition up to its semicolon, up to the next statement, or up to the brace that closes the block. */
function conditionTokens(reader: Reader): Token[] {
  const tokens: Token[] = [];
  const expected: string[] = [];
  for (;;) {
    const token = reader.peek();
    if (token === undefined) throw new RulesSyntaxError("a condition does not end", reader.at);
    if (expected.length === 0 && [";", "}", ...statementWords].some(end => isToken(token, end))) break;
    const closer = closerOf(token);
    if (closer !== undefined) expected.push(closer);
    else if (isCloser(token) && expected.pop() !== token.text)
      throw new RulesSyntaxError(`"${token.text ?? ""}" closes nothing`, token.start);
    else if (isToken(token, ";")) throw new RulesSyntaxError("a bracket is not closed", token.start);
    tokens.push(reader.take());
  }
  if (tokens.length === 0) throw new RulesSyntaxError("a condition is missing", reader.at);
  return tokens;
}
