import { fullSyncRequired, invalidParameter, invalidSyncToken } from "./errors.ts";
import type { ApiError } from "./errors.ts";
import type { Answer, Call } from "./method.ts";
import { fingerprint } from "../model/opaque-token.ts";
import type { Habits } from "../habits.ts";
import type { Snapshot } from "../model/snapshots.ts";
import { etagOf } from "../model/world.ts";
import type { EmulatorServices } from "../services.ts";

const DEFAULT_PAGE = 100;

/** One entry of a small collection (calendar list, access rules, settings). */
export interface CollectionItem {
  /** The collection's change number at the entry's last change. */
  seq: number;
  deleted: boolean;
  /** True for hidden calendars: a full list omits them by default, a delta contains them. */
  hidden: boolean;
  show: () => unknown;
}

/** A collection that is listed with page and sync tokens. */
export interface Collection {
  kind: string;
  /** Identifies the collection in tokens. */
  key: string;
  seq: number;
  generation: string;
  items: readonly CollectionItem[];
}

/** The parameters of every list that has pages. */
export interface PageParams {
  maxResults: number | undefined;
  pageToken: string | undefined;
}

/** The parameters of every collection. */
export interface ListParams extends PageParams {
  syncToken: string | undefined;
  showDeleted?: boolean | undefined;
  showHidden?: boolean | undefined;
}

/** The error for a sync token that is expired, altered or ended. */
export function deadSyncToken(habits: Habits): ApiError {
  return habits.syncTokenExpiry === "400" ? invalidSyncToken() : fullSyncRequired();
}

/** A page of a snapshot. At most one of the two tokens is defined. */
export interface Page<T> {
  items: readonly T[];
  /** Defined if more pages follow. */
  nextPageToken: string | undefined;
  /** Undefined if more pages follow, or if the query allows no sync token. */
  nextSyncToken: string | undefined;
}

/**
 * Cuts one page from the result of a query. A call without a page token runs `find` and keeps its result, so that later
 * pages do not change while edits go on. A page token contains the id of the kept result and the position of the next
 * item. Throws 400 for an altered token, for a token whose result is no longer kept, and for other parameters than in
 * the call that made the token (Google does not document its own reaction to other parameters). Only the page size may
 * differ.
 *
 * `list` names the list that is read. Two methods never pass equal names.
 */
export function cutPage<T>(
  { sealer, snapshots }: Pick<EmulatorServices, "sealer" | "snapshots">,
  params: PageParams,
  list: readonly string[],
  defaultSize: number,
  find: () => Omit<Snapshot<T>, "query">,
): Page<T> {
  const { pageToken, maxResults, ...rest } = params;
  const query = fingerprint([...list, Object.entries(rest).sort()]);
  let id: string;
  let offset = 0;
  if (pageToken === undefined) {
    id = snapshots.add({ ...find(), query });
  } else {
    const [kind, snapshotId, position] = sealer.open(pageToken) ?? [];
    if (kind !== "page") throw invalidParameter("pageToken");
    id = String(snapshotId);
    offset = Number(position);
  }
  const snapshot = snapshots.get(id);
  if (snapshot?.query !== query) throw invalidParameter("pageToken");
  const end = offset + (maxResults ?? defaultSize);
  const more = end < snapshot.items.length;
  return {
    // An equal query means the same list, so the items have the type that this list's `find` returns.
    items: snapshot.items.slice(offset, end) as T[],
    nextPageToken: more ? sealer.seal(["page", id, end]) : undefined,
    nextSyncToken: more ? undefined : snapshot.nextSyncToken?.(),
  };
}

/** Lists a collection: everything, or the changes since a sync token; 100 a page by default, 250 at most [P]. */
export function listCollection(call: Call, params: ListParams, collection: Collection): Answer {
  const { services, clock } = call;
  const page = cutPage(services, params, [collection.key], DEFAULT_PAGE, find);
  const etag = etagOf(collection.seq);
  const { nextPageToken, nextSyncToken } = page;
  return {
    etag,
    body: {
      kind: collection.kind,
      etag,
      ...(nextPageToken === undefined ? { nextSyncToken } : { nextPageToken }),
      items: page.items.map(item => item.show()),
    },
  };

  function find(): { items: CollectionItem[]; nextSyncToken: () => string } {
    const since = params.syncToken === undefined ? undefined : openSyncToken(params.syncToken);
    const items = collection.items.filter(item =>
      since === undefined
        ? (!item.deleted || params.showDeleted === true) && (!item.hidden || params.showHidden === true)
        : item.seq > since,
    );
    const { key, generation, seq } = collection;
    return { items, nextSyncToken: () => services.sealer.seal(["list", key, generation, seq, clock.now()]) };
  }

  function openSyncToken(token: string): number {
    const [kind, key, generation, seq, issuedAtMs] = services.sealer.open(token) ?? [];
    const valid =
      kind === "list" &&
      key === collection.key &&
      generation === collection.generation &&
      typeof seq === "number" &&
      Number(issuedAtMs) + services.habits.syncTokenLifeMs > clock.now();
    if (!valid) throw deadSyncToken(services.habits);
    return seq;
  }
}
