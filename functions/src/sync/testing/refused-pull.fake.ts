import type { GoogleFailureReason } from "../../model/google-failure.ts";
import { calendarKey, SyncWorld, uid } from "./sync-world.fake.ts";

export const minuteMs = 60_000;

/** A calendar that is live; a minute later a change is announced, and Google refuses its pull. */
export async function refused(reason: GoogleFailureReason, more: object = {}): Promise<SyncWorld> {
  const world = new SyncWorld();
  world.google.put("event1");
  await world.import();
  world.clock.advance(minuteMs);
  world.google.put("event1", { summary: "changed" });
  world.google.nextFailures.push({ kind: "failed", reason, ...more });
  await world.notify();
  return world;
}

/** Delivers the oldest task. */
export const deliver = async (world: SyncWorld) =>
  await world.deliver([...world.queue.tasks.keys()][0] ?? "");

/** The user's calendar document. */
export const calendarOf = (world: SyncWorld) => world.documents.calendars.get(`${uid}/${calendarKey}`);
