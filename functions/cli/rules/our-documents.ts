/** A document of ours; null stands for an id. */
export interface OurDocument {
  /**
   * `shown`: its owner reads it, only the functions write it. `server`: nobody but the functions sees it, because it
   * has tokens, or because calls are decided by it.
   */
  readonly kind: "shown" | "server";
  /** From the root of the database. */
  readonly path: readonly (string | null)[];
}

/** The collections below each user. */
export const shownCollections = [
  "calendarAccounts",
  "calendars",
  "calendarEvents",
  "calendarSeries",
] as const;

/** The collections at the top of the database that no client may read. */
export const serverCollections = [
  "calendarSyncStates",
  "calendarSyncLists",
  "calendarSyncWatches",
  "calendarSyncCredentials",
  "calendarSyncOAuthStates",
  "calendarSyncChanges",
  "calendarSyncCalls",
  "calendarSyncDeployments",
] as const;

/** All documents of ours (functions/src/firestore/documents.ts, client/src/paths.ts). */
export function ourDocuments(usersRoot: string): readonly OurDocument[] {
  const root = usersRoot.split("/");
  return [
    ...shownCollections.map(id => ({ kind: "shown", path: [...root, null, id, null] }) as const),
    ...serverCollections.map(id => ({ kind: "server", path: [id, null] }) as const),
    ...["calendarSyncSeries", "calendarSyncPasses"].map(
      id => ({ kind: "server", path: ["calendarSyncStates", null, id, null] }) as const,
    ),
  ];
}

export function documentName({ path }: OurDocument): string {
  return path.map(segment => segment ?? "{id}").join("/");
}
