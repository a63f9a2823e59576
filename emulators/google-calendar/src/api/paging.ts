import { fullSyncRequired, invalidParameter, invalidSyncToken } from "./errors.ts";
import type { ApiError } from "./errors.ts";
import type { Answer, Call } from "./method.ts";
import { fingerprint } from "../model/opaque-token.ts";
import type { Habits } from "../habits.ts";
import { etagOf } from "../model/world.ts";

/** One entry of a small collection (calendar list, access rules, settings). */
export interface CollectionItem {
  /** When it last changed, in the collection's own count. */
  seq: number;
  deleted: boolean;
  /** Not shown in a full list, but in deltas (hidden calendars). */
  hidden: boolean;
  show: () => unknown;
}

/** A collection that is listed with page and sync tokens. */
export interface Collection {
  kind: string;
  /** Names the collection inside tokens. */
  key: string;
  seq: number;
  generation: string;
  items: readonly CollectionItem[];
}

/** The parameters that every such list has. */
export interface ListParams {
  maxResults: number | undefined;
  pageToken: string | undefined;
  syncToken: string | undefined;
  showDeleted?: boolean | undefined;
  showHidden?: boolean | undefined;
}

/** What is said to a sync token that has ended or was altered. */
export function deadSyncToken(habits: Habits): ApiError {
  return habits.syncTokenExpiry === "400" ? invalidSyncToken() : fullSyncRequired();
}

/** Lists a collection: everything, or what changed since a sync token; 100 a page by default, 250 at most [P]. */
export function listCollection(call: Call, params: ListParams, collection: Collection): Answer {
  const { sealer, snapshots, habits } = call.services;
  const { pageToken, maxResults, ...rest } = params;
  const asked = fingerprint([collection.key, Object.entries(rest).sort()]);
  let id: string;
  let offset = 0;
  if (pageToken === undefined) {
    const since = params.syncToken === undefined ? undefined : openToken(call, collection, params.syncToken);
    const items = collection.items.filter(item =>
      since === undefined
        ? (!item.deleted || params.showDeleted === true) && (!item.hidden || params.showHidden === true)
        : item.seq > since,
    );
    const { seq } = collection;
    id = snapshots.add({
      items,
      query: asked,
      nextSyncToken: () =>
        sealer.seal(["list", collection.key, collection.generation, seq, call.clock.now()]),
    });
  } else {
    const parts = sealer.open(pageToken);
    if (parts?.[0] !== "page") throw invalidParameter("pageToken");
    id = String(parts[1]);
    offset = Number(parts[2]);
  }
  const snapshot = snapshots.get(id);
  if (snapshot?.query !== asked) throw invalidParameter("pageToken");
  const end = offset + (maxResults ?? 100);
  const more = end < snapshot.items.length;
  const etag = etagOf(collection.seq);
  return {
    etag,
    body: {
      kind: collection.kind,
      etag,
      ...(more
        ? { nextPageToken: sealer.seal(["page", id, end]) }
        : { nextSyncToken: snapshot.nextSyncToken?.() }),
      items: (snapshot.items.slice(offset, end) as CollectionItem[]).map(item => item.show()),
    },
  };

  function openToken(owner: Call, of: Collection, token: string): number {
    const [kind, key, generation, seq, issuedAtMs] = sealer.open(token) ?? [];
    const valid =
      kind === "list" &&
      key === of.key &&
      generation === of.generation &&
      typeof seq === "number" &&
      Number(issuedAtMs) + habits.syncTokenLifeMs > owner.clock.now();
    if (!valid) throw deadSyncToken(habits);
    return seq;
  }
}
