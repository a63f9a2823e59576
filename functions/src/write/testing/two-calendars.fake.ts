import { createHash } from "node:crypto";
import {
  calendarKey,
  channelId,
  channelToken,
  newState,
  type SyncWorld,
} from "../../sync/testing/sync-world.fake.ts";
import { at } from "./asked-writes.fake.ts";
import { LocalGoogle } from "./local-google.fake.ts";

/** The user of the clients. The boss invites them. */
export const user = "work@example.com";
const boss = "boss@example.com";
const team = "team@group.calendar.google.com";
const teamKey = "calendar-key-bbbbbbbbb";
const teamChannel = `${teamKey}-channel-bbbbbbbbbbbbbb`;

/** Google's ids of the two calendars, by their keys. */
export const idOf = new Map([
  [calendarKey, user],
  [teamKey, team],
]);
export const channelOf = new Map([
  [calendarKey, channelId],
  [teamKey, teamChannel],
]);

/** Connects two calendars of one user. They are empty. */
export function connectCalendars({ clock, documents }: SyncWorld, seed: number): LocalGoogle {
  const calendar = (id: string) => ({ id, summary: id, timeZone: "Europe/Berlin", primary: id !== team });
  documents.addCalendar(teamKey, newState({ calendarId: team }));
  const tokenHash = createHash("sha256").update(channelToken).digest("base64url");
  documents.watches.set(teamChannel, { tokenHash, resourceId: "resource", status: "open" });
  const users = [
    { email: user, calendars: [calendar(user), calendar(team)] },
    { email: boss, calendars: [calendar(boss)] },
  ];
  return new LocalGoogle(() => clock.now(), seed, { users });
}

/** Single events, an all-day event, series with a changed occurrence, invitations. */
export async function addEvents(google: LocalGoogle): Promise<void> {
  const add = async (calendarId: string, body: object, by = user) => {
    const request = { method: "POST", path: [calendarId, "events"], body } as const;
    const { status, data } = await google.send(by, request);
    if (status !== 200) throw new Error(`not added: ${JSON.stringify(data)}`);
  };
  const on = (day: number, hour = 8) => ({ start: at(day, hour), end: at(day, hour + 1) });
  const named = (name: string) => ({ summary: name, location: name });
  const daily = (count: number) => ({ recurrence: [`RRULE:FREQ=DAILY;COUNT=${count}`] });
  const guests = { attendees: [{ email: boss }, { email: user }] };
  await add(user, { id: "single", ...on(2), ...named("single") });
  await add(user, {
    id: "allda1",
    start: { date: "2026-01-08" },
    end: { date: "2026-01-09" },
    ...named("day"),
  });
  await add(user, { id: "series", ...on(1), ...daily(5), ...named("series") });
  await add(team, { id: "teams", ...on(1, 9), ...daily(3), ...named("teams") });
  await add(boss, { id: "invited", ...on(3, 14), ...guests, ...named("invited") }, boss);
  await add(boss, { id: "meeting", ...on(2, 16), ...daily(3), ...guests, ...named("meeting") }, boss);
}

/** Somebody changes one occurrence at Google. */
export const changedOccurrence = {
  method: "PATCH",
  path: [user, "events", "series_20260109T070000Z"],
  body: { start: at(4, 10), end: at(4, 11), summary: "exception" },
} as const;
