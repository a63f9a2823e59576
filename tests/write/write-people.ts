import type { WrittenEvent } from "@firestore-calendar-sync/client";
import type { DocumentSnapshot, Firestore } from "firebase-admin/firestore";
import { eventIn, GooglePeople } from "../account/google-people.ts";
import { call, callForResult, type CallAnswer } from "../../stack/client/callables.ts";
import { connect } from "../../stack/client/connect.ts";
import { until } from "../../stack/client/until.ts";
import { signUp, type Person } from "../../stack/client/users.ts";
import { stack } from "../running-stack.ts";

export const plans = "plans@group.calendar.google.com";
export const news = "news@group.calendar.google.com";

export const people = new GooglePeople();
/** Has a second calendar, and one that she may only read. */
export const ann = people.add(
  "ann",
  { id: plans, summary: "Plans", selected: true },
  { id: news, summary: "News", selected: true, accessRole: "reader", events: [eventIn(40, "Headline")] },
);
export const bob = people.add("bob");

/** A user who has connected Ann's and Bob's account, so that both sides of an invitation are visible. */
export interface Writer {
  readonly person: Person;
  /** The keys of the calendars, by Google's ids. */
  readonly keys: ReadonlyMap<string, string>;
}

export async function connectBoth(db: Firestore): Promise<Writer> {
  const person = await signUp(stack);
  await connect(person, ann);
  await connect(person, bob);
  const keys = await until("four live calendars", async () => {
    const { docs } = await db.collection(`users/${person.uid}/calendars`).get();
    const live = docs.filter(calendar => calendar.get("sync.phase") === "live");
    return (
      live.length === 4 && new Map(live.map(calendar => [String(calendar.get("calendarId")), calendar.id]))
    );
  });
  await until("a channel for each", async () => {
    const { docs } = await db.collection("calendarSyncWatches").where("uid", "==", person.uid).get();
    const open = docs.filter(watch => watch.get("status") === "open");
    return open.filter(watch => watch.get("resource") !== "calendarList").length === 4;
  });
  return { person, keys };
}

export function keyOf({ keys }: Writer, calendarId: string): string {
  const key = keys.get(calendarId);
  if (key === undefined) throw new Error(`${calendarId} is not connected`);
  return key;
}

/** Calls a function that writes an event of this calendar. */
export async function attempt(
  writer: Writer,
  name: string,
  calendarId: string,
  data: object,
): Promise<CallAnswer> {
  return await call(writer.person, name, { calendarKey: keyOf(writer, calendarId), ...data });
}

/** Like `attempt`. Throws if the call fails. */
export async function write(
  writer: Writer,
  name: string,
  calendarId: string,
  data: object,
): Promise<WrittenEvent> {
  const input = { calendarKey: keyOf(writer, calendarId), ...data };
  return (await callForResult(writer.person, name, input)) as WrittenEvent;
}

/** The document of an event, which may not exist. */
export async function documentOf(
  db: Firestore,
  writer: Writer,
  calendarId: string,
  eventId: string,
): Promise<DocumentSnapshot> {
  return await db
    .doc(`users/${writer.person.uid}/calendarEvents/${keyOf(writer, calendarId)}_${eventId}`)
    .get();
}

/** Waits until the document of an event has this etag. */
export async function arrived(
  db: Firestore,
  writer: Writer,
  calendarId: string,
  { eventId, etag }: WrittenEvent,
): Promise<DocumentSnapshot> {
  return await until(`${eventId} in Firestore`, async () => {
    const document = await documentOf(db, writer, calendarId, eventId);
    return document.get("etag") === etag ? document : undefined;
  });
}

let requests = 0;

/** The input of `createEvent`: an event tomorrow, with an unused request id. */
export function newEvent(summary: string, fields: object = {}) {
  requests += 1;
  const at = (hours: number) => ({
    dateTime: new Date(Date.now() + hours * 3_600_000).toISOString(),
    timeZone: "UTC",
  });
  return { requestId: `request-${requests}`, event: { summary, start: at(24), end: at(25), ...fields } };
}
