import { findForeignReads, findOpenings, type Opening } from "./find-openings.ts";
import { documentName, ourDocuments } from "./our-documents.ts";
import { parseRules } from "./parse-rules.ts";
import { safeRewrite, type Rewrite } from "./safe-rewrite.ts";
import { RulesSyntaxError } from "./tokens.ts";

/** What `openings` says of one statement. */
export interface RulesProblem {
  /** Line of the file, from 1. */
  readonly line: number;
  readonly statement: string;
  readonly opens: readonly string[];
  readonly why: string;
}

export type RulesVerdict =
  /** `shownToOthers`: statements that may show a user's calendars to other users. */
  | { readonly kind: "safe"; readonly shownToOthers: readonly RulesProblem[] }
  | { readonly kind: "unreadable"; readonly line: number; readonly column: number; readonly problem: string }
  | {
      readonly kind: "open";
      readonly problems: readonly RulesProblem[];
      /** The rules as they would be safe; undefined if that cannot be said by a machine. */
      readonly rewritten: Rewrite | undefined;
    };

/** Whether security rules leave our documents to the functions. Everything that is not certainly safe is refused. */
export function checkRules(text: string, database: string, usersRoot: string): RulesVerdict {
  const documents = ourDocuments(usersRoot);
  try {
    const rules = parseRules(text);
    const openings = findOpenings(rules, database, documents);
    if (openings.length === 0) {
      const reads = findForeignReads(rules, database, documents);
      return { kind: "safe", shownToOthers: reads.map(opening => problemOf(text, opening)) };
    }
    return {
      kind: "open",
      problems: openings.map(opening => problemOf(text, opening)),
      rewritten: safeRewrite(text, database, documents),
    };
  } catch (error) {
    if (!(error instanceof RulesSyntaxError)) throw error;
    const before = text.slice(0, error.at).split("\n");
    return {
      kind: "unreadable",
      line: before.length,
      column: (before.at(-1)?.length ?? 0) + 1,
      problem: error.message,
    };
  }
}

const whyNotWrite =
  "Whoever can write these documents can show a user events that are not in the user's calendar, or hide some.";
const whyNotServer =
  "Only the functions may see these documents: they have the sealed tokens, and decide what is synced.";

function problemOf(text: string, { allow, meetings }: Opening): RulesProblem {
  const documents = [...new Set(meetings.map(({ document }) => document))];
  const server = documents.some(({ kind }) => kind === "server");
  const shown = documents.some(({ kind }) => kind === "shown");
  return {
    line: text.slice(0, allow.start).split("\n").length,
    statement: text.slice(allow.start, allow.end).trim(),
    opens: documents.map(documentName),
    why: [...(shown ? [whyNotWrite] : []), ...(server ? [whyNotServer] : [])].join(" "),
  };
}
