import { conditionText, isLooserThanAnd, serverPattern } from "./condition.ts";
import {
  databaseSegments,
  findOpenings,
  fullPath,
  isOnlyName,
  isWrite,
  type Opening,
} from "./find-openings.ts";
import { shownCollections, type OurDocument } from "./our-documents.ts";
import { parseRules, type Segment } from "./parse-rules.ts";
import { isToken, RulesSyntaxError } from "./tokens.ts";

interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

export interface Rewrite {
  readonly text: string;
  /** Whether everything is allowed as before, but in and below our collections. */
  readonly isExact: boolean;
}

/**
 * The rules with every opening closed and otherwise the same permissions: a condition is narrowed, or a block with
 * `{x=**}` is split. A statement that allows the same documents literally, or in a way that cannot be split, loses the
 * methods that it must not have. Undefined if even the result is not safe: it is checked like any rules.
 */
export function safeRewrite(
  text: string,
  database: string,
  documents: readonly OurDocument[],
): Rewrite | undefined {
  const openings = findOpenings(parseRules(text), database, documents);
  for (const onlyTakeAway of [false, true]) {
    const exact = openings.map(opening => (onlyTakeAway ? undefined : exactEdits(text, database, opening)));
    const edits = exact.flatMap((known, index) => known ?? takeAway(text, openings[index]));
    const rewritten = applyEdits(text, edits);
    if (isSafe(rewritten, database, documents))
      return { text: rewritten, isExact: exact.every(known => known !== undefined) };
  }
  return undefined;
}

function isSafe(text: string, database: string, documents: readonly OurDocument[]): boolean {
  try {
    return findOpenings(parseRules(text), database, documents).length === 0;
  } catch (error) {
    if (error instanceof RulesSyntaxError) return false;
    throw error;
  }
}

function applyEdits(text: string, edits: readonly Edit[]): string {
  let result = text;
  for (const { start, end, text: inserted } of edits.toSorted((a, b) => b.start - a.start))
    result = result.slice(0, start) + inserted + result.slice(end);
  return result;
}

function exactEdits(text: string, database: string, opening: Opening): readonly Edit[] | undefined {
  return narrow(text, database, opening) ?? splitBlock(text, database, opening);
}

function takeAway(text: string, opening: Opening | undefined): readonly Edit[] {
  if (opening === undefined) return [];
  const { allow, meetings } = opening;
  const opensServer = meetings.some(({ document }) => document.kind === "server");
  const kept = allow.methods.filter(method => !opensServer && !isWrite(method));
  return [{ start: allow.start, end: allow.end, text: keptText(text, opening, kept) }];
}

/** The statement for these methods, with further conditions; undefined without methods. */
function statementText(
  text: string,
  { allow }: Opening,
  methods: readonly string[],
  further: readonly string[],
): string | undefined {
  if (methods.length === 0) return undefined;
  const condition = conditionText(text, allow.condition);
  const loose = further.length > 0 && isLooserThanAnd(allow.condition);
  const parts = [...(condition === "" ? [] : [loose ? `(${condition})` : condition]), ...further];
  return `allow ${methods.join(", ")}${parts.length > 0 ? `: if ${parts.join(" && ")}` : ""};`;
}

/** What stays of the statement. Not nothing: a block without a statement is refused by the compiler of the rules. */
function keptText(text: string, opening: Opening, kept: readonly string[]): string {
  return statementText(text, opening, kept, []) ?? `allow ${opening.allow.methods.join(", ")}: if false;`;
}

/** Statements for all methods of the opening: server documents are left out of each, shown ones of writes only. */
function statements(
  text: string,
  opening: Opening,
  never: { readonly server: readonly string[]; readonly shown: readonly string[] },
): string[] {
  const { methods } = opening.allow;
  const reads = methods.filter(method => !isWrite(method));
  const changes = methods.filter(isWrite);
  const groups =
    never.shown.length === 0
      ? [{ methods, further: never.server }]
      : [
          { methods: reads, further: never.server },
          { methods: changes, further: [...never.server, ...never.shown] },
        ];
  return groups
    .map(group => statementText(text, opening, group.methods, group.further))
    .filter(statement => statement !== undefined);
}

const notServer = (name: string): string => `!${name}.matches('${serverPattern}')`;
const notShown = (name: string): string =>
  `!(${name} in [${shownCollections.map(id => `'${id}'`).join(", ")}])`;

/** Where each collection id of ours is bound to a wildcard of its own, the condition can leave it out. */
function narrow(text: string, database: string, opening: Opening): readonly Edit[] | undefined {
  const server = new Set<string>();
  const shown = new Set<string>();
  for (const { document, spans } of opening.meetings) {
    const collection = fullPath(database, document).length - 2;
    const segment =
      opening.path[spans.findIndex(([from, to]) => from === collection && to === collection + 1)];
    if (segment?.kind !== "one" || !isOnlyName(opening.path, segment.name)) return undefined;
    if (document.kind === "server") server.add(notServer(segment.name));
    else shown.add(notShown(segment.name));
  }
  const { allow } = opening;
  const lines = statements(text, opening, { server: [...server], shown: [...shown] });
  return [{ start: allow.start, end: allow.end, text: lines.join(`\n${indentAt(text, allow.start)}`) }];
}

/** A path that can be split further: the segments of our documents behind it. */
interface Branch {
  readonly document: OurDocument;
  readonly rest: readonly (string | null)[];
}

/**
 * `match P/{x=**}` becomes P itself and `match P/{collection}/{document=**}` with a condition on the collection; the
 * users' documents, below which the split goes on, get the same once more.
 */
function splitBlock(text: string, database: string, opening: Opening): readonly Edit[] | undefined {
  const block = opening.chain.at(-1);
  const last = block?.path.at(-1);
  const rests = opening.path.filter(({ kind }) => kind === "rest");
  if (block === undefined || last?.kind !== "rest" || rests.length > 1) return undefined;
  const words = opening.allow.condition.filter(({ kind }) => kind === "word");
  if (words.some(word => isToken(word, last.name) || block.functions.includes(word.text ?? "")))
    return undefined;
  const branches: Branch[] = [];
  for (const { document, spans } of opening.meetings) {
    const from = spans.at(-1)?.[0] ?? 0;
    if (from < databaseSegments) return undefined;
    branches.push({ document, rest: fullPath(database, document).slice(from) });
  }
  const prefix = block.path.slice(0, -1);
  const startsAtDocument = opening.path.length - 1 > databaseSegments;
  const pieces = split(opening, {
    path: prefix.map(pathText).join(""),
    branches,
    withItself: startsAtDocument && parseRules(text).version === 2,
  });
  if (pieces === undefined) return undefined;
  const indent = indentAt(text, block.start);
  const opensServer = opening.meetings.some(({ document }) => document.kind === "server");
  const kept = opening.allow.methods.filter(method => !opensServer && !isWrite(method));
  const moved: Opening = {
    ...opening,
    allow: { ...opening.allow, methods: opening.allow.methods.filter(method => !kept.includes(method)) },
  };
  const blocks = pieces.map(({ path, never }) => {
    const lines = statements(text, moved, never).map(line => `\n${indent}  ${line}`);
    return `\n${indent}match ${path} {${lines.join("")}\n${indent}}`;
  });
  const end = block.close + 1;
  return [
    {
      start: opening.allow.start,
      end: opening.allow.end,
      text: keptText(text, opening, kept),
    },
    { start: end, end, text: blocks.join("") },
  ];
}

interface Piece {
  readonly path: string;
  readonly never: { readonly server: readonly string[]; readonly shown: readonly string[] };
}

/** Undefined if one of our paths names a document (a users root of several segments): that cannot be split here. */
function split(
  opening: Opening,
  from: { readonly path: string; readonly branches: readonly Branch[]; readonly withItself: boolean },
): Piece[] | undefined {
  const nothing = { server: [], shown: [] };
  const [first] = from.branches;
  if (first === undefined) return [];
  if (from.branches.some(({ rest }) => rest[0] === null)) {
    if (!from.branches.every(({ rest }) => rest[0] === null)) return undefined;
    const id = freeName(opening, "userId");
    const deeper = from.branches.map(({ document, rest }) => ({ document, rest: rest.slice(1) }));
    return split(opening, { path: `${from.path}/{${id}}`, branches: deeper, withItself: true });
  }
  const collection = freeName(opening, "collection");
  const document = freeName(opening, "document");
  const server = from.branches.some(branch => branch.document.kind === "server")
    ? [notServer(collection)]
    : [];
  const shown = from.branches.filter(branch => branch.document.kind === "shown");
  const roots = new Set(shown.filter(({ rest }) => rest.length > 2).map(({ rest }) => rest[0] ?? ""));
  const pieces: Piece[] = from.withItself ? [{ path: from.path, never: nothing }] : [];
  pieces.push({
    path: `${from.path}/{${collection}}/{${document}=**}`,
    never: {
      server,
      shown: [
        ...(shown.some(({ rest }) => rest.length === 2) ? [notShown(collection)] : []),
        ...[...roots].map(root => `${collection} != '${root}'`),
      ],
    },
  });
  for (const root of roots) {
    const below = shown
      .filter(({ rest }) => rest.length > 2 && rest[0] === root)
      .map(branch => ({ document: branch.document, rest: branch.rest.slice(1) }));
    if (below.some(({ rest }) => rest[0] !== null)) return undefined;
    const writes = split(opening, { path: `${from.path}/${root}`, branches: below, withItself: true });
    if (writes === undefined) return undefined;
    pieces.push(...writes);
  }
  return pieces;
}

function freeName({ path, allow }: Opening, wanted: string): string {
  // The last wildcard is the one that is replaced.
  const used = [
    ...path.slice(0, -1).map(segment => (segment.kind === "literal" ? "" : segment.name)),
    ...allow.condition.map(({ text: word }) => word),
  ];
  let name = wanted;
  while (used.includes(name)) name += "_";
  return name;
}

function pathText(segment: Segment): string {
  if (segment.kind === "literal") return `/${segment.text}`;
  return `/{${segment.name}${segment.kind === "rest" ? "=**" : ""}}`;
}

/** The white space that the line of this offset begins with. */
export function indentAt(text: string, offset: number): string {
  const start = text.lastIndexOf("\n", offset - 1) + 1;
  return /^[ \t]*/.exec(text.slice(start, offset))?.[0] ?? "";
}
