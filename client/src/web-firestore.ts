import {
  collection,
  limit,
  onSnapshot,
  orderBy,
  query,
  where,
  type Firestore,
  type FirestoreError,
  type Query,
  type QueryConstraint,
} from "firebase/firestore";
import type { LiveChange, Listen } from "./live.ts";
import type { QueryDescription } from "./queries.ts";

/** Builds the web SDK's query. The SDK converts dates to Timestamps. */
export function toWebQuery(db: Firestore, description: QueryDescription): Query {
  const constraints: QueryConstraint[] = [
    ...description.filters.map(filter => where(filter.field, filter.op, filter.value)),
    ...description.orders.map(order => orderBy(order.field, order.direction)),
  ];
  if (description.limit !== undefined) constraints.push(limit(description.limit));
  return query(collection(db, description.collection), ...constraints);
}

/** The web SDK's implementation of `Listen`, for `subscribe` and `openAgenda`. */
export function webListen(db: Firestore): Listen {
  return (description, observer) =>
    onSnapshot(
      toWebQuery(db, description),
      // Without metadata changes, there would be no update when the server confirms the cached state.
      { includeMetadataChanges: true },
      snapshot => {
        const changes = snapshot
          .docChanges()
          .map(({ type, doc }): LiveChange<unknown> =>
            type === "removed"
              ? { kind: type, id: doc.id }
              : { kind: type, id: doc.id, document: doc.data({ serverTimestamps: "estimate" }) },
          );
        observer.next({ changes, fromCache: snapshot.metadata.fromCache });
      },
      (error: FirestoreError) => {
        observer.error({ code: error.code, message: error.message });
      },
    );
}
