import type * as z from "zod";
import type { QueryDescription } from "./queries.ts";

/** One document that came, changed or went, since the last call. */
export type LiveChange<T> =
  | { readonly kind: "added" | "modified"; readonly id: string; readonly document: T }
  | { readonly kind: "removed"; readonly id: string };

/** What a listener reports. The first update of a query holds everything that matches, as `added`. */
export interface LiveUpdate<T> {
  /** Empty when only `fromCache` changed. */
  readonly changes: readonly LiveChange<T>[];
  /** True while the server has not confirmed that this is its current state: offline, or not connected yet. */
  readonly fromCache: boolean;
}

/** Why a listener ended. It does not come back by itself. */
export interface LiveFailure {
  /** A Firestore error code: `permission-denied`, `unauthenticated`, `failed-precondition` (an index is missing) … */
  readonly code: string;
  readonly message: string;
}

export interface LiveObserver<T> {
  next(update: LiveUpdate<T>): void;
  error(failure: LiveFailure): void;
  /** A document that does not fit its schema: it is left out, the others come. `issues` name fields, not contents. */
  invalid?(id: string, issues: readonly string[]): void;
}

/** Ends a subscription; a second call does nothing. No callback runs after it. */
export type Unsubscribe = () => void;

/** Decides what a document is; the schemas of this package, or one's own. */
export type DocumentSchema<T> = z.ZodType<T>;

/** Listens to raw documents; each SDK gives its own (see web-sdk.ts). */
export type Listen = (query: QueryDescription, observer: LiveObserver<unknown>) => Unsubscribe;

/**
 * Listens to a query and hands on documents that fit `schema`, each checked once.
 *
 * A document that stops to fit is reported as removed, so that no observer goes on showing its old state.
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
