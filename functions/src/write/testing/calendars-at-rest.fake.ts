import type { SyncPorts } from "../../ports/sync.port.ts";
import type { Choose } from "../../sync/testing/schedule.fake.ts";
import { type SyncWorld, uid } from "../../sync/testing/sync-world.fake.ts";
import { updateEvent } from "../update-event.ts";
import type { WritePorts } from "../write-context.ts";
import { idOf } from "./two-calendars.fake.ts";
import { isStored } from "./write-invariants.fake.ts";
import { type Invocation, isSplit, type WriteLedger } from "./write-ledger.fake.ts";

/* What is true of both calendars when nothing is in progress. */

/**
 * Without a notification and without the backup: what an accepted call has written is in Firestore, unless Google has
 * changed it since.
 */
export async function expectListenersSee(ledger: WriteLedger, { documents }: SyncWorld): Promise<void> {
  for (const [key, id] of idOf) {
    const now = new Map((await ledger.occurrences([id])).map(one => [one.id, one]));
    const stored = documents.eventsOf(key);
    for (const { author, isLate, calendarId, eventId, after, kind } of ledger.writes) {
      if (author === "google" || author.outcome?.kind !== "written" || isLate || calendarId !== id) continue;
      const isThere = [...now.values()].filter(one => one.etag === after?.etag);
      const missing = isThere.find(one => !isStored(stored.get(one.id), one));
      if (missing !== undefined)
        throw new Error(`listeners: ${author.name} has written ${missing.id}, not pulled`);
      if (kind === "remove" && !now.has(eventId) && stored.has(eventId))
        throw new Error(`listeners: ${author.name} has deleted ${eventId}, not pulled`);
    }
  }
}

/** Nothing has changed since the client has looked, so no call is refused because of its etag. */
export async function expectChangeable(
  google: WritePorts["google"],
  { store, tasks, newId, log }: SyncPorts,
  { documents }: SyncWorld,
  choose: Choose,
): Promise<void> {
  for (const key of idOf.keys()) {
    const events = [...documents.eventsOf(key).values()];
    const event = events[choose(events.map(() => 1))];
    const scope = (["this", "following", "all"] as const)[choose([1, 1, 1])];
    if (event === undefined || scope === undefined) continue;
    const { eventId, etag } = event;
    const input = { calendarKey: key, eventId, etag, scope, changes: { description: "at rest" } };
    const outcome = await updateEvent({ google, store, tasks, newId, log }, uid, input);
    if (outcome.kind === "failed" && outcome.because === "changedMeanwhile")
      throw new Error(
        `I2: ${eventId} ${etag} cannot be changed (${scope}) although nothing else has changed it`,
      );
  }
}

/** The places of the events whose split has not ended, or has ended with an unknown outcome. */
export function doubtfulPlaces({ invocations }: WriteLedger): Set<string> {
  const unsure = ({ state, outcome }: Invocation) =>
    state === "dead" || (outcome?.kind === "failed" && outcome.because === "outcomeUnknown");
  return new Set(invocations.filter(one => isSplit(one) && unsure(one)).map(({ asked }) => asked.place));
}
