/** A param of the functions as the command needs it. */
export interface Param {
  readonly default?: string | number;
  readonly description: string;
}
export type Params = Readonly<Record<string, Param>>;

/** A variable of a dotenv file as the Firebase CLI reads it (firebase-tools, functions/env.js). */
const line =
  /^[^\S\n]*(?:export)?[^\S\n]*([\w./]+)[^\S\n]*=[ \t]*('(?:\\'|[^'])*'|"(?:\\"|[^"])*"|[^#\r\n]*)/gm;

/** The variables of a dotenv file. */
export function readEnv(text: string): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  for (const [, name, raw] of text.matchAll(line)) {
    const value = (raw ?? "").trim();
    const quote = value.charAt(0);
    const quoted = value.length > 1 && (quote === '"' || quote === "'") && value.endsWith(quote);
    const inner = quoted ? value.slice(1, -1) : value;
    values.set(name ?? "", quoted && quote === '"' ? inner.replaceAll(/\\(["'\\nrtv])/g, unescaped) : inner);
  }
  return values;
}

const escapes: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", v: "\v" };
function unescaped(_: string, letter: string): string {
  return escapes[letter] ?? letter;
}

/** `NAME=value`, in quotes where the Firebase CLI would read something else. */
export function envLine(name: string, value: string): string {
  if (/^[^\s#"'\\](?:[^\n\r\t\v#"'\\]*[^\s#"'\\])?$|^$/.test(value)) return `${name}=${value}`;
  const letters: Readonly<Record<string, string>> = { "\n": "n", "\r": "r", "\t": "t", "\v": "v" };
  return `${name}="${value.replaceAll(/[\n\r\t\v"'\\]/g, letter => `\\${letters[letter] ?? letter}`)}"`;
}

/** The text with the variables that it does not have yet, each below its comment. */
export function withMissing(
  text: string | undefined,
  variables: readonly { readonly name: string; readonly value: string; readonly comment?: string }[],
): string | undefined {
  const present = readEnv(text ?? "");
  const missing = variables.filter(({ name }) => !present.has(name));
  if (missing.length === 0) return text;
  const start = text === undefined || text === "" || text.endsWith("\n") ? (text ?? "") : `${text}\n`;
  const added = missing.map(({ name, value, comment }) => {
    const above = comment === undefined ? "" : `# ${comment.replaceAll(/\s+/g, " ")}\n`;
    return `${above}${envLine(name, value)}\n`;
  });
  return start + added.join("");
}
