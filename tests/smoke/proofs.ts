import { collection, deleteDoc, doc, getDocs } from "firebase/firestore";
import { FirebaseError } from "firebase/app";
import { eventsPath } from "@firestore-calendar-sync/client";
import { connect as connectAccount } from "../../stack/client/connect.ts";
import type { SeenEvents } from "../../stack/client/live-mirror.ts";
import { runSchedule } from "../../stack/client/schedules.ts";
import { until } from "../../stack/client/until.ts";
import { isEventsList } from "./diagnose.ts";
import { eventAt, nowMs, person, seededEvents, type SmokeWorld } from "./world.ts";

/** A check of one promise of the product. `prove` throws an error that describes the broken step. */
export type Proof = { readonly name: string; readonly prove: (world: SmokeWorld) => Promise<void> };

const calendarId = person.email;
const editedId = "smokeedited";
const burstSize = 300;

/** The order matters: later proofs use the data of earlier ones. */
export const proofs: readonly Proof[] = [
  { name: "connect through OAuth, first import", prove: connect },
  { name: "create", prove: create },
  { name: "change", prove: change },
  { name: "move to another day", prove: move },
  { name: "delete", prove: remove },
  { name: `${burstSize} events at once`, prove: burst },
  { name: "410: an edit and a deletion behind an expired token", prove: expiredToken },
  { name: "a dropped notification, repaired by backupSync", prove: droppedNotification },
  { name: "a foreign user is refused by the rules", prove: foreignUser },
];

async function connect(world: SmokeWorld): Promise<void> {
  const begun = nowMs();
  await connectAccount(world.user, person.email);
  await world.arrives(
    `${seededEvents} imported events`,
    begun,
    events => (events.size === seededEvents ? events : undefined),
    20_000,
  );
  const phase = (documents: SeenEvents): unknown =>
    (documents.get(calendarId)?.fields["sync"] as { phase?: string } | undefined)?.phase;
  await world.calendars
    .until(documents => (phase(documents) === "live" ? true : undefined), 10_000)
    .catch((error: unknown) => {
      throw new Error(`the calendar is ${String(phase(world.calendars.documents))} and not live`, {
        cause: error,
      });
    });
  await until("Google has an open channel for the calendar", async () => {
    const channels = await world.control.channels();
    return channels.some(channel => channel.calendarId === calendarId && channel.stoppedAt === undefined);
  });
}

async function create(world: SmokeWorld): Promise<void> {
  const begun = nowMs();
  await world.google.events.insert({ calendarId, requestBody: { id: editedId, ...eventAt(2, "Created") } });
  await world.arrives("the new event", begun, events => events.get(editedId));
}

async function change(world: SmokeWorld): Promise<void> {
  const begun = nowMs();
  await world.google.events.patch({
    calendarId,
    eventId: editedId,
    requestBody: { summary: "Changed", location: "Room 5" },
  });
  await world.arrives("the changed event", begun, events => {
    const fields = events.get(editedId)?.fields;
    return fields?.["summary"] === "Changed" && fields["location"] === "Room 5" ? fields : undefined;
  });
}

async function move(world: SmokeWorld): Promise<void> {
  const begun = nowMs();
  const { start, end } = eventAt(9, "");
  await world.google.events.patch({
    calendarId,
    eventId: editedId,
    requestBody: { start: start ?? {}, end: end ?? {} },
  });
  const wanted = Date.parse(start?.dateTime ?? "");
  await world.arrives("the moved event", begun, events => {
    const startAt = events.get(editedId)?.fields["startAt"] as { toMillis: () => number } | undefined;
    return startAt?.toMillis() === wanted ? startAt : undefined;
  });
}

async function remove(world: SmokeWorld): Promise<void> {
  const begun = nowMs();
  await world.google.events.delete({ calendarId, eventId: editedId });
  await world.arrives("the deletion", begun, events => !events.has(editedId) || undefined);
}

async function burst(world: SmokeWorld): Promise<void> {
  const begun = nowMs();
  const ids = Array.from({ length: burstSize }, (_, index) => `smokeburst${String(index).padStart(3, "0")}`);
  await Promise.all(
    ids.map(
      async (id, index) =>
        await world.google.events.insert({
          calendarId,
          requestBody: { id, ...eventAt(index % 20, `Burst ${index}`) },
        }),
    ),
  );
  const countSeen = (events: SeenEvents): number => ids.filter(id => events.has(id)).length;
  await world
    .arrives(`${burstSize} events`, begun, events => countSeen(events) === burstSize || undefined, 20_000)
    .catch((error: unknown) => {
      throw new Error(`${countSeen(world.events.documents)} of ${burstSize} arrived`, { cause: error });
    });
}

async function expiredToken(world: SmokeWorld): Promise<void> {
  const begun = nowMs();
  await world.control.expireSyncTokens(calendarId);
  await world.google.events.delete({ calendarId, eventId: "smokeburst000" });
  await world.google.events.patch({
    calendarId,
    eventId: "smokeburst001",
    requestBody: { summary: "After 410" },
  });
  await world.arrives("what changed behind the expired token", begun, events => {
    const changed = events.get("smokeburst001")?.fields["summary"] === "After 410";
    return (changed && !events.has("smokeburst000")) || undefined;
  });
  const lists = (await world.control.requests()).filter(
    request => request.at >= begun && isEventsList(request),
  );
  if (!lists.some(({ status }) => status === 410))
    throw new Error("Google never answered 410: the proof is void");
  await requireEqualToGoogle(world, begun);
}

async function droppedNotification(world: SmokeWorld): Promise<void> {
  await until("every notification so far is delivered", async () => {
    const channels = await world.control.channels();
    const deliveries = channels.flatMap(channel => channel.deliveries);
    return (
      channels.every(({ waiting }) => waiting === 0) &&
      deliveries.every(({ answeredAt }) => answeredAt !== undefined)
    );
  });
  const begun = nowMs();
  await world.control.setPush({ drop: 1 });
  try {
    await world.google.events.patch({
      calendarId,
      eventId: "smokeburst002",
      requestBody: { summary: "Unannounced" },
    });
    await world.google.events.delete({ calendarId, eventId: "smokeburst003" });
    await runSchedule(world.connection, "backupSync");
    await world.arrives("what no notification announced", begun, events => {
      const changed = events.get("smokeburst002")?.fields["summary"] === "Unannounced";
      return (changed && !events.has("smokeburst003")) || undefined;
    });
  } finally {
    await world.control.setPush({ drop: 0 });
  }
  const deliveries = (await world.control.channels()).flatMap(channel => channel.deliveries);
  // Google sends a "sync" message to each new channel. It announces no change.
  const arrived = deliveries.find(
    ({ at, state, status }) => at >= begun && state !== "sync" && status !== undefined,
  );
  if (arrived !== undefined)
    throw new Error("a notification was delivered although all were to be dropped: the proof is void");
  await requireEqualToGoogle(world, begun);
}

async function foreignUser(world: SmokeWorld): Promise<void> {
  const path = eventsPath(world.user.uid);
  await requireRefused("a stranger's read of the events", getDocs(collection(world.stranger.db, path)));
  const [eventId] = [...world.events.documents.keys()];
  if (eventId === undefined) throw new Error("there is no event to try it with");
  const own = doc(world.user.db, path, world.documentIdOf(eventId));
  await requireRefused("the user's own deletion of an event document", deleteDoc(own));
}

async function requireRefused(what: string, attempt: Promise<unknown>): Promise<void> {
  const outcome = await attempt.then(
    () => "was allowed",
    (error: unknown) => (error instanceof FirebaseError ? error.code : String(error)),
  );
  if (outcome !== "permission-denied") throw new Error(`${what}: ${outcome}, instead of permission-denied`);
}

/** Requires that the events equal Google's: none is missing, and no deleted event is left. */
async function requireEqualToGoogle(world: SmokeWorld, sinceMs: number): Promise<void> {
  const answer = await world.google.events.list({ calendarId, maxResults: 2500 });
  const wanted = new Map((answer.data.items ?? []).map(({ id, etag }) => [id ?? "", etag ?? ""]));
  const differing = (events: SeenEvents): string[] => {
    const ids = new Set([...wanted.keys(), ...events.keys()]);
    return [...ids].filter(id => wanted.get(id) !== events.get(id)?.fields["etag"]);
  };
  await world
    .arrives("equality with Google", sinceMs, events => differing(events).length === 0 || undefined)
    .catch((error: unknown) => {
      const ids = differing(world.events.documents);
      throw new Error(`${ids.length} events differ from Google's: ${ids.slice(0, 5).join(", ")}`, {
        cause: error,
      });
    });
}
