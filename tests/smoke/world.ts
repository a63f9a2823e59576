import { eventDocumentId, eventsPath, calendarsPath } from "@firestore-calendar-sync/client";
import type { calendar_v3 } from "googleapis/build/src/apis/calendar/index.js";
import type { Connection } from "../../stack/client/connection.ts";
import { clearDatabase, openDatabase, type OwnDatabase } from "../../stack/client/database.ts";
import { googleClientOf } from "../../stack/client/google-client.ts";
import { GoogleControl } from "../../stack/client/google-control.ts";
import { LiveMirror, Timeout, type SeenEvents } from "../../stack/client/live-mirror.ts";
import { clearUsers, signIn, type AppUser } from "../../stack/client/users.ts";
import { describeWhereItStopped, viewPath } from "./diagnose.ts";

/** The user whose calendar is synced. As at Google, the id of the primary calendar is the user's address. */
export const person = { sub: "smoke-user", email: "smoke@example.com", name: "Smoke User" } as const;
const stranger = { sub: "smoke-stranger", email: "stranger@example.com", name: "A Stranger" } as const;

/** The number of events before the user connects. */
export const seededEvents = 20;

const dayMs = 24 * 60 * 60 * 1000;

/** The clients and listeners that the proofs use. */
export class SmokeWorld {
  readonly connection: Connection;
  readonly control: GoogleControl;
  readonly owner: OwnDatabase;
  readonly user: AppUser;
  readonly stranger: AppUser;
  /** A client that plays the user's other calendar program. */
  readonly google: calendar_v3.Calendar;
  /** The events that the user's browser shows. */
  readonly events: LiveMirror;
  readonly calendars: LiveMirror;

  private constructor(connection: Connection, user: AppUser, other: AppUser, google: calendar_v3.Calendar) {
    this.connection = connection;
    this.control = new GoogleControl(connection.googleUrl);
    this.owner = openDatabase(connection);
    this.user = user;
    this.stranger = other;
    this.google = google;
    this.events = new LiveMirror(user.db, eventsPath(user.uid), "eventId");
    this.calendars = new LiveMirror(user.db, calendarsPath(user.uid), "calendarId");
  }

  /** Empties the stack and creates a user with a calendar at Google, not yet connected. */
  static async create(connection: Connection): Promise<SmokeWorld> {
    const control = new GoogleControl(connection.googleUrl);
    await Promise.all([control.reset(), clearDatabase(connection), clearUsers(connection)]);
    const events = Array.from({ length: seededEvents }, (_, index) => ({
      id: `seeded${String(index).padStart(3, "0")}`,
      ...eventAt(index, `Seeded ${index}`),
    }));
    const calendar = {
      id: person.email,
      summary: person.name,
      timeZone: "Europe/Berlin",
      primary: true,
      events,
    };
    await control.seed([{ email: person.email, name: person.name, calendars: [calendar] }]);
    const [user, other, google] = await Promise.all([
      signIn(connection, person),
      signIn(connection, stranger),
      googleClientOf(control, person.email),
    ]);
    return new SmokeWorld(connection, user, other, google);
  }

  /**
   * Waits until `find` returns a value for the listener's events. On a time-out the error describes the step at which
   * the change made at `sinceMs` stopped.
   */
  async arrives<T>(
    what: string,
    sinceMs: number,
    find: (events: SeenEvents) => T | undefined,
    withinMs = 12_000,
  ): Promise<T> {
    try {
      return await this.events.until(find, withinMs);
    } catch (error) {
      if (!(error instanceof Timeout)) throw error;
      const change = { uid: this.user.uid, calendarId: person.email, atMs: sinceMs };
      const where = describeWhereItStopped(change, await viewPath(this, change));
      throw new Error(
        `${what}: not seen by the listener within ${withinMs / 1000} s. It stopped here: ${where}`,
      );
    }
  }

  /** The id of an event's document. */
  documentIdOf(eventId: string): string {
    return eventDocumentId(String(this.events.documents.get(eventId)?.fields["calendarKey"]), eventId);
  }

  async leave(): Promise<void> {
    this.events.close();
    this.calendars.close();
    await Promise.all([this.user.leave(), this.stranger.leave(), this.owner.close()]);
  }
}

/** A one-hour event, `inDays` days after tomorrow. */
export function eventAt(inDays: number, summary: string): calendar_v3.Schema$Event {
  const startMs = Math.floor(nowMs() / dayMs) * dayMs + (inDays + 1) * dayMs + 9 * 60 * 60 * 1000;
  return {
    summary,
    start: { dateTime: new Date(startMs).toISOString(), timeZone: "Europe/Berlin" },
    end: { dateTime: new Date(startMs + 60 * 60 * 1000).toISOString(), timeZone: "Europe/Berlin" },
  };
}

/** The time in epoch milliseconds with fractions, from the clock that all processes of this machine share. */
export function nowMs(): number {
  return performance.timeOrigin + performance.now();
}
