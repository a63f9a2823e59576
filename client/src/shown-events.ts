import type { EventDocument } from "./documents.ts";
import type { LiveChange } from "./live.ts";
import type { ShownEvent } from "./pending-shows.ts";
import type { PendingWrite } from "./pending-write.ts";
import { sameDocument } from "./same-document.ts";

/** What is stored, with the pending writes on top, in the order of their calls. */
export class ShownEvents {
  readonly stored = new Map<string, EventDocument>();
  readonly #shown = new Map<string, ShownEvent>();
  readonly #writes = new Set<PendingWrite>();
  /** The documents that writes have changed as they are shown. */
  #overlaid: ReadonlySet<string> = new Set();
  #onChanges: ((changes: readonly LiveChange<ShownEvent>[]) => void) | undefined;

  constructor(onChanges: (changes: readonly LiveChange<ShownEvent>[]) => void) {
    this.#onChanges = onChanges;
  }

  /** By the ids of the documents. */
  get shown(): ReadonlyMap<string, ShownEvent> {
    return this.#shown;
  }

  get writes(): Iterable<PendingWrite> {
    return this.#writes;
  }

  /** The sync has brought changes. */
  take(changes: readonly LiveChange<EventDocument>[]): void {
    for (const change of changes) {
      if (change.kind === "removed") this.stored.delete(change.id);
      else this.stored.set(change.id, change.document);
      for (const write of this.#writes) write.brought(change);
    }
    this.refresh(changes.map(({ id }) => id));
  }

  /** @throws what `show` throws. Nothing is shown then. */
  add(write: PendingWrite): void {
    this.#writes.add(write);
    try {
      this.refresh();
    } catch (error) {
      this.#writes.delete(write);
      throw error;
    }
  }

  drop(write: PendingWrite): void {
    if (this.#writes.delete(write)) this.refresh();
  }

  /** Reports the differences between what was shown and what is to be shown. `ids`: of changed stored documents. */
  refresh(ids: readonly string[] = []): void {
    const overlaid = new Set<string>();
    const documents = new Map<string, ShownEvent>();
    for (const { targets } of this.#writes) {
      for (const id of targets.keys()) {
        overlaid.add(id);
        const event = this.stored.get(id);
        if (event) documents.set(id, event);
      }
    }
    for (const { show, targets } of this.#writes) show(documents, targets);
    const changes = [...new Set([...ids, ...this.#overlaid, ...overlaid])].flatMap(id =>
      this.#change(id, overlaid.has(id) ? documents.get(id) : this.stored.get(id)),
    );
    this.#overlaid = overlaid;
    if (changes.length > 0) this.#onChanges?.(changes);
  }

  close(): void {
    this.#onChanges = undefined;
  }

  #change(id: string, document: ShownEvent | undefined): LiveChange<ShownEvent>[] {
    const before = this.#shown.get(id);
    if (!document) return this.#shown.delete(id) ? [{ kind: "removed", id }] : [];
    this.#shown.set(id, document);
    if (!before) return [{ kind: "added", id, document }];
    return sameDocument(before, document) ? [] : [{ kind: "modified", id, document }];
  }
}
