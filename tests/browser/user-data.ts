import { deleteApp, initializeApp, type App } from "firebase-admin/app";
import { getAuth } from "firebase-admin/auth";
import { getFirestore, Timestamp, type Firestore } from "firebase-admin/firestore";
import {
  accountConverter,
  accountPath,
  calendarConverter,
  calendarPath,
  eventConverter,
  eventPath,
  type AccountDocument,
  type CalendarDocument,
  type EventDocument,
} from "@firestore-calendar-sync/client";
import { until } from "../../stack/client/until.ts";
import { stack } from "../running-stack.ts";

export const accountId = "account-of-the-tester-";
export const keys = { own: "calendar-of-the-tester", team: "calendar-of-their-team" } as const;

const dayMs = 86_400_000;

/** Writes documents in the place of the functions, to test the page in states that are difficult to produce. */
export interface UserData {
  readonly uid: string;
  readonly db: Firestore;
  account(change?: Partial<AccountDocument>): Promise<void>;
  calendar(key: string, change?: Partial<CalendarDocument>): Promise<void>;
  event(id: string, change?: Partial<EventDocument>): Promise<void>;
  removeEvent(id: string, key?: string): Promise<void>;
}

/** One admin connection for a suite. */
export function connectAdmin(): { app: App; of(name: string): Promise<UserData>; close(): Promise<void> } {
  const app = initializeApp({ projectId: stack.projectId }, "browser-tests");
  const db = getFirestore(app);
  return {
    app,
    of: async name => userData(db, (await signedUp(app, name)).uid),
    close: async () => {
      await db.terminate();
      await deleteApp(app);
    },
  };
}

/** The page creates its user, so this may have to wait for the user. */
async function signedUp(app: App, name: string): Promise<{ uid: string }> {
  const find = async (): Promise<{ uid: string } | undefined> =>
    await getAuth(app)
      .getUserByEmail(`${name}@example.com`)
      .catch(() => undefined);
  return await until(`the page signs up ${name}`, find, 15_000);
}

function userData(db: Firestore, uid: string): UserData {
  const now = Timestamp.now();
  const account: AccountDocument = {
    email: "tester@example.com",
    status: "active",
    statusSince: now,
    connectedAt: now,
  };
  return {
    uid,
    db,
    account: async change => {
      await db.doc(accountPath(uid, accountId)).set(accountConverter.toFirestore({ ...account, ...change }));
    },
    calendar: async (key, change) => {
      const calendar: CalendarDocument = {
        calendarId: `${key}@example.com`,
        accountId,
        summary: key === keys.own ? "Tester" : "Team",
        backgroundColor: key === keys.own ? "#0b8043" : "#4285f4",
        timeZone: "Europe/Berlin",
        accessRole: "owner",
        primary: key === keys.own,
        enabled: true,
        sync: { phase: "live" },
        lastSyncedAt: now,
      };
      await db.doc(calendarPath(uid, key)).set(calendarConverter.toFirestore({ ...calendar, ...change }));
    },
    event: async (id, change) => {
      const event = { ...timedEvent(id, 10, 1), ...change };
      await db.doc(eventPath(uid, event.calendarKey, id)).set(eventConverter.toFirestore(event));
    },
    removeEvent: async (id, key = keys.own) => {
      await db.doc(eventPath(uid, key, id)).delete();
    },
  };
}

/** An event today (plus `dayOffset` days) at an hour of UTC. */
export function timedEvent(id: string, hour: number, hours: number, dayOffset = 0): EventDocument {
  const midnight = new Date().setUTCHours(0, 0, 0, 0) + dayOffset * dayMs;
  const from = new Date(midnight + hour * 3_600_000);
  const to = new Date(from.getTime() + hours * 3_600_000);
  return {
    calendarKey: keys.own,
    eventId: id,
    startAt: Timestamp.fromDate(from),
    endAt: Timestamp.fromDate(to),
    start: { dateTime: from.toISOString(), timeZone: "UTC" },
    end: { dateTime: to.toISOString(), timeZone: "UTC" },
    allDay: false,
    status: "confirmed",
    summary: id,
    eventType: "default",
    etag: '"1"',
    updatedAt: Timestamp.fromMillis(Date.now() - dayMs),
  };
}

/** An all-day event of `days` days from `date`, with timestamps for Berlin's winter time. */
export function allDayEvent(id: string, date: string, days: number): EventDocument {
  const from = Date.parse(`${date}T00:00:00+01:00`);
  const end = new Date(Date.parse(date) + days * dayMs).toISOString().slice(0, 10);
  return {
    ...timedEvent(id, 0, 1),
    startAt: Timestamp.fromMillis(from),
    endAt: Timestamp.fromMillis(from + days * dayMs),
    start: { date },
    end: { date: end },
    allDay: true,
  };
}
