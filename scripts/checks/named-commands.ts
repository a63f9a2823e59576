/** Finds the commands that a document names, and compares them with patterns. */

/** A command in a document. */
export type NamedCommand = {
  /** Without its comment; of a usage line, without its optional parts. */
  readonly text: string;
  /** From 1 on. */
  readonly line: number;
};

/** With a variable before them or not. A name alone, such as `node`, is not a command. */
const programs = String.raw`(?:[A-Z_]+=\S+ )?(?:npm|npx|node|firebase|gcloud|terraform|curl|ops/gcloud\.sh) \S`;
const beginsLikeCommand = new RegExp(`^${programs}`);
const shellBlock = /^(?:sh|bash|shell|console)$/;

/** The commands of a Markdown document: each line of its shell blocks, and code in sentences that begins like one. */
export function commandsInMarkdown(markdown: string): NamedCommand[] {
  const found: NamedCommand[] = [];
  let block: { readonly language: string; readonly first: number; readonly lines: string[] } | undefined;
  const prose: string[] = [];
  for (const [index, line] of markdown.split("\n").entries()) {
    const fence = /^\s*```(\w*)/.exec(line);
    const isInside = block !== undefined || fence !== null;
    prose.push(isInside ? "" : line);
    if (fence === null) block?.lines.push(line);
    else if (block === undefined) block = { language: fence[1] ?? "", first: index + 2, lines: [] };
    else {
      const { language, first, lines } = block;
      const commands = commandsInBlock(lines, first);
      found.push(...commands.filter(({ text }) => shellBlock.test(language) || beginsLikeCommand.test(text)));
      block = undefined;
    }
  }
  return [...found, ...commandsInSentences(prose)].sort((a, b) => a.line - b.line);
}

/** A line that ends in a backslash, or inside of a quotation, continues on the next line. */
function commandsInBlock(lines: readonly string[], first: number): NamedCommand[] {
  const found: NamedCommand[] = [];
  let begun: NamedCommand | undefined;
  for (const [index, part] of lines.entries()) {
    const { text, line }: NamedCommand = begun ?? { text: "", line: first + index };
    const whole = `${text}${part.replace(/^\s*(?:\$ )?/, "")}`;
    begun = undefined;
    if (whole.endsWith("\\")) begun = { text: whole.slice(0, -1), line };
    else if (whole.split("'").length % 2 === 0) begun = { text: `${whole} `, line };
    else found.push(...partsOf(whole).map(one => ({ text: one, line })));
  }
  return found;
}

/** `cd` to a folder is not counted. */
function partsOf(line: string): string[] {
  const command = line.replace(/(?:^|\s)#.*$/, "");
  const parts = command.includes("'") ? [command] : command.replace(/^\((.*)\)\s*$/, "$1").split("&&");
  return parts.map(inShort).filter(part => part !== "" && !part.startsWith("cd "));
}

/** One blank between words. */
function inShort(text: string): string {
  return text.trim().replaceAll(/\s+/g, " ");
}

/** Without the parts in brackets, which can be nested. */
function withoutOptional(usage: string): string {
  const shorter = usage.replaceAll(/\[[^[\]]*\]/g, "");
  return shorter === usage ? inShort(usage) : withoutOptional(shorter);
}

/** A quotation can be broken between two lines, but does not go on in the next paragraph or row of a table. */
function commandsInSentences(lines: readonly string[]): NamedCommand[] {
  const text = lines.map(line => (line.startsWith("|") ? `${line}\n` : line)).join("\n");
  const numbers = lines.flatMap((line, index) =>
    line.startsWith("|") ? [index + 1, index + 1] : [index + 1],
  );
  const lineAt = (offset: number): number => numbers[text.slice(0, offset).split("\n").length - 1] ?? 0;
  return [...text.matchAll(/`((?:[^`\n]|\n(?!\n))+)`/g)]
    .map(({ 1: quoted = "", index }) => ({ text: inShort(quoted), line: lineAt(index) }))
    .filter(({ text: command }) => beginsLikeCommand.test(command));
}

/** The commands of a help text: the usage at its top, and the names of commands within its sentences. */
export function commandsInHelp(help: string): NamedCommand[] {
  const [usage = "", ...others] = help.split("\n\n");
  const tops = usage.split("\n").map((text, index) => ({ text: withoutOptional(text), line: index + 1 }));
  const sentences = others.join("\n\n").split("\n");
  const within = sentences.flatMap((text, index) =>
    [...text.matchAll(inHelp)].map(([command]) => ({ text: command, line: tops.length + 2 + index })),
  );
  return [...tops, ...within];
}

/** An option is a part of the command, and so is the placeholder after it. */
const options = String.raw`(?: --(?= --\w))?(?: --\w[\w-]*(?: [A-Z]+\b)?)*`;
const inHelp = new RegExp(
  String.raw`(?:\b[A-Z_]+=\S+ )?\b(?:npm (?:test|start|publish|run [a-z:]+)|npx [a-z-]+(?: [a-z]+\b)?)${options}`,
  "g",
);

/**
 * Whether a command is of a pattern. In a pattern, a word in capitals, such as ID, is a place for any word, and `…` at
 * the end is a place for any rest.
 */
export function isOf(pattern: string, command: string): boolean {
  const [, body = "", rest] = /^(.*?)(…?)$/.exec(pattern) ?? [];
  const escaped = body.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
  const places = escaped.replaceAll(/(?<![\w./])[A-Z]{1,}(?![\w])/g, String.raw`\S+`);
  return new RegExp(`^${places}${rest === "" ? "" : ".*"}$`, "s").test(command);
}
