import * as z from "zod";
import type { Answer } from "./cloud.ts";
import type { CloudContext } from "./context.ts";
import { documentsPlaceOf } from "./deployment.ts";

/** A value of a document, in the form of Firestore's REST API (v1, Value), as far as the doctor reads it. */
const value = z.object({
  stringValue: z.string().optional(),
  booleanValue: z.boolean().optional(),
  timestampValue: z.string().optional(),
});

const row = z.object({
  document: z
    .object({
      name: z.string(),
      fields: z.record(z.string(), value.optional().catch(undefined)).default({}),
    })
    .optional(),
});

export interface StoredDocument {
  /** Relative to the database, e.g. `calendarSyncWatches/x`. */
  readonly path: string;
  readonly text: (field: string) => string | undefined;
  readonly flag: (field: string) => boolean | undefined;
  readonly timeMs: (field: string) => number | undefined;
}

export interface ReadDocuments {
  readonly documents: readonly StoredDocument[];
  /** False if there are more documents than the doctor reads. */
  readonly complete: boolean;
}

const pageSize = 1000;
/** A bound on the cost: five thousand reads. */
const maxPages = 5;

/**
 * Reads the first 5,000 documents of a collection, or of all collections of an id (`everywhere`), in the order of
 * their names. Only top-level fields.
 */
export async function readDocuments(
  context: CloudContext,
  collectionId: string,
  fields: readonly string[],
  everywhere = false,
): Promise<Answer<ReadDocuments>> {
  const { cloud, projectId } = context;
  const { database } = await documentsPlaceOf(context);
  const parent = `projects/${projectId}/databases/${database}/documents`;
  const documents: StoredDocument[] = [];
  let last: string | undefined;
  for (let page = 0; page < maxPages; page += 1) {
    const answer = await cloud.ask({
      service: "firestore",
      path: `v1/${parent}:runQuery`,
      schema: z.array(row),
      permission: "datastore.entities.list",
      role: "roles/datastore.viewer",
      body: {
        structuredQuery: {
          from: [{ collectionId, allDescendants: everywhere }],
          select: { fields: fields.map(fieldPath => ({ fieldPath })) },
          orderBy: [{ field: { fieldPath: "__name__" } }],
          limit: pageSize,
          ...(last !== undefined && { startAt: { values: [{ referenceValue: last }], before: false } }),
        },
      },
    });
    if (answer.kind !== "ok") return answer;
    const found = answer.value.flatMap(({ document }) => (document === undefined ? [] : [document]));
    documents.push(
      ...found.map(document => toDocument(document.name.slice(parent.length + 1), document.fields)),
    );
    if (found.length < pageSize) return { kind: "ok", value: { documents, complete: true } };
    last = found.at(-1)?.name;
  }
  return { kind: "ok", value: { documents, complete: false } };
}

function toDocument(
  path: string,
  fields: Readonly<Record<string, z.infer<typeof value> | undefined>>,
): StoredDocument {
  return {
    path,
    text: field => fields[field]?.stringValue,
    flag: field => fields[field]?.booleanValue,
    timeMs: field => {
      const time = Date.parse(fields[field]?.timestampValue ?? "");
      return Number.isNaN(time) ? undefined : time;
    },
  };
}
