import { isNeverTrue } from "./condition.ts";
import { isToken } from "./tokens.ts";
import type { OurDocument } from "./our-documents.ts";
import type { Allow, MatchBlock, RulesFile, Segment } from "./parse-rules.ts";

/** How a path of the rules meets one of our documents. */
export interface Meeting {
  readonly document: OurDocument;
  /** For each segment of the rules' path, the segments of the document's full path that it takes: [from, to). */
  readonly spans: readonly (readonly [number, number])[];
}

/** An allow statement that may hold for documents of ours although it must not. */
export interface Opening {
  readonly allow: Allow;
  /** The blocks around the statement, the outermost first. */
  readonly chain: readonly MatchBlock[];
  readonly path: readonly Segment[];
  readonly meetings: readonly Meeting[];
}

const writes = ["write", "create", "update", "delete"];
export const isWrite = (method: string): boolean => writes.includes(method);
/** The segments before a document's own path: `databases`, the database's id, `documents`. */
export const databaseSegments = 3;

export function fullPath(database: string, { path }: OurDocument): readonly (string | null)[] {
  return ["databases", database, "documents", ...path];
}

/** All statements of the rules that open a document of ours: for writing, or, if only the server may see it, at all. */
export function findOpenings(
  rules: RulesFile,
  database: string,
  documents: readonly OurDocument[],
): readonly Opening[] {
  return statementsOn(
    rules,
    database,
    documents,
    ({ kind }, { methods }) => kind === "server" || methods.some(isWrite),
  );
}

/**
 * The statements by which a user may read what is shown to another one: their conditions neither name the user nor call
 * a function, which might. An app may want that, so it is not refused.
 */
export function findForeignReads(
  rules: RulesFile,
  database: string,
  documents: readonly OurDocument[],
): readonly Opening[] {
  const isForAnybody = ({ condition }: Allow): boolean =>
    !condition.some(token => isToken(token, "uid") || isToken(token, "("));
  return statementsOn(
    rules,
    database,
    documents,
    ({ kind }, allow) => kind === "shown" && !allow.methods.every(isWrite) && isForAnybody(allow),
  );
}

/** The statements that may hold for documents of ours, as far as they matter. */
function statementsOn(
  rules: RulesFile,
  database: string,
  documents: readonly OurDocument[],
  matters: (document: OurDocument, allow: Allow) => boolean,
): readonly Opening[] {
  const openings: Opening[] = [];
  const walk = (chain: readonly MatchBlock[]): void => {
    const block = chain.at(-1);
    if (block === undefined) return;
    const path = chain.flatMap(outer => outer.path);
    for (const allow of block.allows) {
      const meetings = documents
        .filter(document => matters(document, allow))
        .flatMap(document => meetingsOf(path, document, database, rules.version))
        .filter(meeting => !isNeverTrue(allow.condition, bindingsOf(path, meeting, database)));
      if (meetings.length > 0) openings.push({ allow, chain, path, meetings });
    }
    for (const inner of block.blocks) walk([...chain, inner]);
  };
  for (const { name, blocks } of rules.services)
    if (name === "cloud.firestore") for (const block of blocks) walk([block]);
  return openings;
}

/** Every way in which the path can match the document. */
function meetingsOf(
  path: readonly Segment[],
  document: OurDocument,
  database: string,
  version: 1 | 2,
): Meeting[] {
  const wanted = fullPath(database, document);
  const found: Meeting[] = [];
  const go = (index: number, at: number, spans: readonly (readonly [number, number])[]): void => {
    const segment = path[index];
    if (segment === undefined) {
      if (at === wanted.length) found.push({ document, spans });
    } else if (segment.kind === "rest") {
      for (let to = version === 2 ? at : at + 1; to <= wanted.length; to += 1)
        go(index + 1, to, [...spans, [at, to]]);
    } else if (at < wanted.length) {
      const id = wanted[at];
      const meets = segment.kind !== "literal" || id === null || id === segment.text;
      if (meets) go(index + 1, at + 1, [...spans, [at, at + 1]]);
    }
  };
  go(0, 0, []);
  return found;
}

/** What is known of the wildcards: those that stand for one segment, if that segment is known. */
function bindingsOf(path: readonly Segment[], meeting: Meeting, database: string): Map<string, string> {
  const wanted = fullPath(database, meeting.document);
  const bindings = new Map<string, string>();
  for (const [index, segment] of path.entries()) {
    const id = wanted[meeting.spans[index]?.[0] ?? wanted.length];
    if (segment.kind === "one" && id != null && isOnlyName(path, segment.name))
      bindings.set(segment.name, id);
  }
  return bindings;
}

/** False if two wildcards share the name: then it is not certain which of them a condition means. */
export function isOnlyName(path: readonly Segment[], name: string): boolean {
  return path.filter(segment => segment.kind !== "literal" && segment.name === name).length === 1;
}
