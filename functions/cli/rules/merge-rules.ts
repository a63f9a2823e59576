import { Refusal } from "../plan/draft.ts";
import { parseRules, type MatchBlock, type RulesFile } from "./parse-rules.ts";
import { indentAt } from "./safe-rewrite.ts";

const beginMark = (instance: string): string =>
  `// firestore-calendar-sync, ${instance}: begin. The command "firestore-calendar-sync" owns what is between the marks.`;
const endMark = (instance: string): string => `// firestore-calendar-sync, ${instance}: end.`;

/**
 * The host's rules with our blocks at the end of the block of the database, between two marks; what is between them
 * is replaced. Without rules, a file that denies everything else.
 *
 * @param host undefined or empty: there are no rules
 * @param ours this product's own rules file
 * @throws RulesSyntaxError if one of the files cannot be read, Refusal if there is nothing to add to
 */
export function mergeRules(
  host: string | undefined,
  ours: string,
  where: { readonly instance: string; readonly database: string; readonly usersRoot: string },
): string {
  const text = host === undefined || host.trim() === "" ? emptyRules : withoutOurRules(host, where.instance);
  const eol = text.includes("\r\n") ? "\r\n" : "\n";
  const block = ourBlock(ours, where.usersRoot);
  const rules = parseRules(text);
  const place = documentsBlock(rules, where.database);
  const close = place?.close ?? rules.services.find(({ name }) => name === "cloud.firestore")?.close;
  if (close === undefined)
    throw new Refusal("The rules have no `service cloud.firestore { … }` to add ours to.");
  const outer = indentAt(text, close);
  const inner = `${outer}${unitOf(text)}`;
  const marked = [beginMark(where.instance), ...block, endMark(where.instance)];
  const lines =
    place === undefined
      ? ["match /databases/{database}/documents {", ...marked.map(line => indented(line, unitOf(text))), "}"]
      : marked;
  const inserted = lines.map(line => `${indented(line, inner)}${eol}`).join("");
  const lineStart = text.lastIndexOf("\n", close - 1) + 1;
  const alone = text.slice(lineStart, close).trim() === "";
  if (alone) return text.slice(0, lineStart) + inserted + text.slice(lineStart);
  return `${text.slice(0, close)}${eol}${inserted}${outer}${text.slice(close)}`;
}

/** The rules without our marked block for the instance. */
export function withoutOurRules(text: string, instance: string): string {
  const begin = text.indexOf(beginMark(instance));
  const end = text.indexOf(endMark(instance), begin);
  if (begin < 0 || end < 0) return text;
  const lineStart = text.lastIndexOf("\n", begin - 1) + 1;
  const lineEnd = text.indexOf("\n", end);
  return text.slice(0, lineStart) + (lineEnd < 0 ? "" : text.slice(lineEnd + 1));
}

const emptyRules = `rules_version = '2';

service cloud.firestore {
  match /databases/{database}/documents {
    // Everything that is not allowed elsewhere is denied.
    match /{document=**} {
      allow read, write: if false;
    }
  }
}
`;

/** `match /users/{uid} { … }` of our rules for another root, as lines without indentation. */
function ourBlock(ours: string, usersRoot: string): string[] {
  const place = documentsBlock(parseRules(ours), "(default)");
  const lines = (place?.blocks ?? []).flatMap(block => {
    const outer = indentAt(ours, block.start);
    const path = ours.slice(block.pathStart, block.pathEnd).replace(/^\/users\//, `/${usersRoot}/`);
    const text = `match ${path}${ours.slice(block.pathEnd, block.close + 1)}`;
    return text.split("\n").map(line => (line.startsWith(outer) ? line.slice(outer.length) : line));
  });
  return lines;
}

/** The block `match /databases/{x}/documents` that holds for the database. */
function documentsBlock(rules: RulesFile, database: string): MatchBlock | undefined {
  return rules.services
    .filter(({ name }) => name === "cloud.firestore")
    .flatMap(({ blocks }) => blocks)
    .find(({ path }) => {
      const [databases, id, documents] = path;
      return (
        path.length === 3 &&
        databases?.kind === "literal" &&
        databases.text === "databases" &&
        (id?.kind === "one" || (id?.kind === "literal" && id.text === database)) &&
        documents?.kind === "literal" &&
        documents.text === "documents"
      );
    });
}

function indented(line: string, indent: string): string {
  return line === "" ? "" : `${indent}${line}`;
}

/** The step of the file's indentation. */
function unitOf(text: string): string {
  return /\n(\t| {2,8})\S/.exec(text)?.[1] ?? "  ";
}
