import type * as z from "zod";
import type { QueryDescription } from "./queries.ts";

/** A document that was added, changed or removed since the last update. */
export type LiveChange<T> =
  | { readonly kind: "added" | "modified"; readonly id: string; readonly document: T }
  | { readonly kind: "removed"; readonly id: string };

/** An update of a listener. The first update of a query contains all matching documents as `added`. */
export interface LiveUpdate<T> {
  /** Empty if only `fromCache` changed. */
  readonly changes: readonly LiveChange<T>[];
  /** True until the server has confirmed that this is its current state: when offline, or not connected yet. */
  readonly fromCache: boolean;
}

/** The reason why a listener ended. It does not restart. */
export interface LiveFailure {
  /** A Firestore error code: `permission-denied`, `unauthenticated`, `failed-precondition` (an index is missing) … */
  readonly code: string;
  readonly message: string;
}

export interface LiveObserver<T> {
  next(update: LiveUpdate<T>): void;
  error(failure: LiveFailure): void;
  /**
   * Called for a document that does not match its schema. The document is omitted; the others are delivered. `issues`
   * contain field names, no values.
   */
  invalid?(id: string, issues: readonly string[]): void;
}

/** Ends a subscription. A second call does nothing. No callback runs afterwards. */
export type Unsubscribe = () => void;

/** Validates a document: a schema of this package, or your own. */
export type DocumentSchema<T> = z.ZodType<T>;

/** Listens to documents that have not been validated. Each SDK has its own implementation (see web-sdk.ts). */
export type Listen = (query: QueryDescription, observer: LiveObserver<unknown>) => Unsubscribe;

/**
 * Listens to a query and passes on the documents that match `schema`.
 *
 * A document that no longer matches is reported as removed, so that observers do not keep its old state.
 */
export function subscribe<T>(
  listen: Listen,
  query: QueryDescription,
  schema: DocumentSchema<T>,
  observer: LiveObserver<T>,
): Unsubscribe {
  const shown = new Set<string>();
  let active = true;

  const check = (change: LiveChange<unknown>): LiveChange<T>[] => {
    if (change.kind === "removed") return shown.delete(change.id) ? [change] : [];
    const parsed = schema.safeParse(change.document);
    if (!parsed.success) {
      observer.invalid?.(
        change.id,
        parsed.error.issues.map(issue => `${issue.path.join(".")}: ${issue.code}`),
      );
      return shown.delete(change.id) ? [{ kind: "removed", id: change.id }] : [];
    }
    const kind = shown.has(change.id) ? "modified" : "added";
    shown.add(change.id);
    return [{ kind, id: change.id, document: parsed.data }];
  };

  const stop = listen(query, {
    next(update) {
      if (active) observer.next({ changes: update.changes.flatMap(check), fromCache: update.fromCache });
    },
    error(failure) {
      if (active) observer.error(failure);
    },
  });
  return () => {
    if (!active) return;
    active = false;
    stop();
  };
}
