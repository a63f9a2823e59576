import { setTimeout as delay } from "node:timers/promises";
import { median } from "@firestore-calendar-sync/harness";
import { millisecondsOf } from "../../stack/client/database.ts";
import { isEventsList, readLastRun, viewPath } from "./diagnose.ts";
import { nowMs, person, type SmokeWorld } from "./world.ts";

/** A step of one edit's delivery, in milliseconds since 1970; undefined if its time was not recorded. */
type Moment = { readonly label: string; readonly atMs: number | undefined };

/**
 * A pull waits this long after the previous one (param MIN_PULL_INTERVAL_MS, 2 s by default). The measured edit comes
 * later than that, so the wait is not part of the result.
 */
const quietMs = 2500;

const edits = 5;

/**
 * Makes some edits and measures their delivery. The lines are the steps of the last one, with the time since the edit
 * and since the line before, and the median of all.
 */
export async function measureTimeline(world: SmokeWorld, eventId: string): Promise<string[]> {
  const arrivals: number[] = [];
  let rows: readonly string[] = [];
  for (let edit = 0; edit < edits; edit++) {
    const followed = await followEdit(world, eventId);
    arrivals.push(followed.arrivedMs);
    rows = followed.rows;
  }
  const each = arrivals.map(arrivedMs => arrivedMs.toFixed(0)).join(", ");
  return [
    "one edit after a quiet time, in ms since it was sent, and since the line before:",
    ...rows,
    `p50 of ${edits} edits until the listener fires: ${median(arrivals).toFixed(0)} ms (${each})`,
  ];
}

/** Makes one edit. Returns the steps of its delivery, one on a line, and when the listener had it. */
async function followEdit(
  world: SmokeWorld,
  eventId: string,
): Promise<{ readonly rows: readonly string[]; readonly arrivedMs: number }> {
  const summary = `Followed on its way ${Math.round(nowMs())}`;
  await delay(quietMs);
  const sentAtMs = nowMs();
  await world.google.events.patch({ calendarId: person.email, eventId, requestBody: { summary } });
  const answeredAtMs = nowMs();
  const seen = await world.arrives("the edit", sentAtMs, events => {
    const event = events.get(eventId);
    return event?.fields["summary"] === summary ? event : undefined;
  });
  const change = { uid: world.user.uid, calendarId: person.email, atMs: sentAtMs };
  const [view, stored] = await Promise.all([
    viewPath(world, change),
    world.owner.db.doc(`users/${world.user.uid}/calendarEvents/${world.documentIdOf(eventId)}`).get(),
  ]);
  const deliveries = view.channels.flatMap(channel => channel.deliveries);
  const delivery = deliveries.find(({ at }) => at >= sentAtMs);
  const startedAtMs = view.syncState && readLastRun(view.syncState)?.startedAt;
  const list = view.requests.find(request => request.at >= sentAtMs && isEventsList(request));
  const rows = formatMoments(sentAtMs, [
    { label: "Google answered", atMs: answeredAtMs },
    { label: "notification sent", atMs: delivery?.at },
    { label: "acknowledged", atMs: delivery?.answeredAt },
    {
      label: "task started",
      atMs: startedAtMs !== undefined && startedAtMs >= sentAtMs ? startedAtMs : undefined,
    },
    { label: "list called", atMs: list?.at },
    { label: "list answered", atMs: list?.answeredAt },
    { label: "commit done", atMs: stored.updateTime && millisecondsOf(stored.updateTime) },
    { label: "listener fired", atMs: seen.seenAtMs },
  ]);
  return { rows, arrivedMs: seen.seenAtMs - sentAtMs };
}

function formatMoments(sentAtMs: number, moments: readonly Moment[]): string[] {
  let before = sentAtMs;
  return moments.map(({ label, atMs }) => {
    if (atMs === undefined) return `  ${label.padEnd(18)}        ?`;
    const row = `  ${label.padEnd(18)} ${ms(atMs - sentAtMs)}   ${signed(atMs - before)}`;
    before = atMs;
    return row;
  });
}

function ms(value: number): string {
  return value.toFixed(1).padStart(8);
}

function signed(value: number): string {
  return `${value < 0 ? "" : "+"}${value.toFixed(1)}`.padStart(8);
}
