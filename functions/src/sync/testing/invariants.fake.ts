import { eventIdOf } from "../change-feed.ts";
import type { CommitSeen } from "./memory-documents.fake.ts";
import { FakeGoogle } from "./fake-google.fake.ts";
import { sameContent } from "./same-content.fake.ts";
import type { SyncWorld } from "./sync-world.fake.ts";
import { UnknownEffect } from "./workers.fake.ts";

/**
 * The invariants that hold at every moment of every schedule.
 *
 * 1. One writer. A commit that writes events, the token, the covered epoch or a checkpoint succeeds only while the
 * stored lease is the committer's own.
 *
 * 2. No way back. A stored event is never replaced by an older version. It is deleted only if Google deleted it after
 * the stored version, so an existing event is always readable.
 *
 * 3. The token is not ahead. Every stored event is at least as new as its version at Google when Google issued the
 * stored sync token.
 *
 * 4. Only failures that a test caused occur.
 *
 * At the end, when nothing is in progress: 5. every acknowledged notification is covered by the stored token; 6.
 * Firestore contains exactly Google's events; 7. no lease is held.
 */
export class InvariantWatch {
  readonly #world: SyncWorld;
  /** By event id: the revision that is stored, or at which the stored event was deleted. */
  readonly #stored = new Map<string, number>();
  #violation: string | undefined;

  constructor(world: SyncWorld) {
    this.#world = world;
    world.documents.onCommit = commit => {
      this.#onCommit(commit);
    };
  }

  /** Throws if an invariant was violated since the last check. */
  check(): void {
    this.#checkToken();
    if (this.#violation !== undefined) throw new Error(this.#violation);
  }

  checkError(error: unknown): void {
    if (!(error instanceof UnknownEffect)) this.#violate(`unexpected: ${String(error)}`);
  }

  expectInStep(): void {
    const { events, state } = this.#world;
    if (!sameContent(Object.fromEntries(events), Object.fromEntries(this.#world.wanted())))
      throw new Error(`Firestore holds ${[...events.keys()].sort().join()} or older versions`);
    if (state.lease !== null) throw new Error("a lease is left behind");
  }

  #violate(what: string): void {
    this.#violation ??= what;
  }

  #onCommit({ before, batch, committer }: CommitSeen): void {
    const writes =
      batch.events.length > 0 ||
      (batch.series?.length ?? 0) > 0 ||
      "syncToken" in batch.state ||
      "coveredEpoch" in batch.state ||
      "progress" in batch.state;
    if (writes && before.lease?.holder.startsWith(`${committer}-`) !== true)
      this.#violate(`${committer} wrote under the lease of ${before.lease?.holder ?? "nobody"}`);
    for (const write of batch.events) {
      const id = eventIdOf(write);
      const known = this.#stored.get(id) ?? 0;
      const revision =
        write.kind === "set" ? Number(write.event.etag.slice(1, -1)) : this.#deletedAfter(id, known);
      if (revision === undefined) this.#violate(`${id} was deleted while it lived`);
      else if (revision < known) this.#violate(`${id} went back from ${known} to ${revision}`);
      else this.#stored.set(id, revision);
    }
  }

  #deletedAfter(id: string, revision: number): number | undefined {
    return this.#world.google.versions(id).find(one => one.revision > revision && one.event === null)
      ?.revision;
  }

  #checkToken(): void {
    const { events, google, state } = this.#world;
    if (state.syncToken === null) return;
    const token = FakeGoogle.revisionOf(state.syncToken);
    for (const id of google.ids()) {
      const atToken = google.versions(id).findLast(one => one.revision <= token);
      const stored = events.get(id);
      const storedRevision =
        stored === undefined ? (this.#stored.get(id) ?? 0) : Number(stored.etag.slice(1, -1));
      const isGone = stored === undefined && (atToken === undefined || atToken.event === null);
      if (!isGone && storedRevision < (atToken?.revision ?? 0))
        this.#violate(`the token is at ${token}, ${id} at ${storedRevision}`);
    }
  }
}
