import {
  call,
  connect,
  seedGoogle,
  startHarness,
  type Harness,
  type Random,
} from "@firestore-calendar-sync/harness";
import type { calendar_v3 } from "googleapis/build/src/apis/calendar/index.js";
import { Tally } from "./tally.ts";
import { googleClientOf } from "../../stack/client/google-client.ts";

/** A user with a connected Google account. */
export interface Person {
  readonly uid: string;
  readonly email: string;
  readonly calendarIds: readonly string[];
  google: calendar_v3.Calendar;
  /** True after the grant was revoked and before the user consents again. */
  revoked: boolean;
  /** True if the grant was ever revoked. The product may detect a refusal only after the next consent. */
  wasRevoked: boolean;
}

/** A request to create an event, which the user repeats until it is answered. */
export interface Creation {
  readonly person: Person;
  /** The id that the product gives to the event of this request. */
  readonly eventId: string;
  /** Also the event's description, which nothing changes. */
  readonly requestId: string;
  /** True after an answer that the event exists. */
  accepted: boolean;
}

export interface ChaosOptions {
  readonly bundle: string;
  readonly seed: number;
  /** The duration of the chaos, in minutes of real time. */
  readonly minutes: number;
  /** The number of users. If absent, random. */
  readonly people?: number;
  readonly calendarsEach?: number;
  /** A Firestore emulator that is already running. If absent, one is started. */
  readonly firestoreHost?: string;
  /** Receives a line for every action, and every line that an instance prints. */
  readonly log?: (line: string) => void;
  /** Called after everything has settled and before the world is stopped. */
  readonly atRest?: (world: ChaosWorld) => Promise<void>;
}

/** Repeats an attempt that fails, as users do after an error message. */
async function persistently(attempt: () => Promise<unknown>, tries = 5): Promise<void> {
  for (let left = tries - 1; ; left--) {
    try {
      await attempt();
      return;
    } catch (error) {
      if (left === 0) throw error;
      await new Promise(resolve => setTimeout(resolve, 300));
    }
  }
}

/** The ratio of the clock to real time. */
const speed = 10;

/** The users, the local Google and the instances that the chaos affects. */
export class ChaosWorld {
  readonly harness: Harness;
  readonly people: readonly Person[];
  readonly random: Random;
  readonly log: (line: string) => void;
  /**
   * True for even seeds: Google loses no notification, and no channel ends. Every change is announced, so Firestore
   * must equal Google before any schedule has run.
   */
  readonly everyChangeIsAnnounced: boolean;
  /** True if Google returned a changed answer. Firestore is then correct only after a full sync. */
  answersChanged = false;
  readonly tally = new Tally();
  /** What the users have asked the app to create. */
  readonly creations: Creation[] = [];
  /** Lines of the instances that contain secrets, shortened. */
  readonly leaks: string[] = [];
  /** The number of errors that the instances logged, by message. */
  readonly errors = new Map<string, number>();
  #names = 0;

  private constructor(harness: Harness, people: readonly Person[], random: Random, options: ChaosOptions) {
    this.log = options.log ?? (() => undefined);
    this.everyChangeIsAnnounced = options.seed % 2 === 0;
    this.harness = harness;
    this.people = people;
    this.random = random;
  }

  static async start(options: ChaosOptions, random: Random): Promise<ChaosWorld> {
    const { log = () => undefined } = options;
    const lines: string[] = [];
    let take = (line: string): unknown => lines.push(line);
    const harness = await startHarness({
      bundle: options.bundle,
      instances: 2,
      seed: options.seed,
      duplicates: 0.05,
      speed,
      pausableFirestore: true,
      params: { WRITE_ACCESS: "true" },
      onLine: line => {
        log(line);
        take(line);
      },
      ...(options.firestoreHost !== undefined && { firestoreHost: options.firestoreHost }),
    });
    try {
      const some = (most: number): number => 1 + Math.floor(random() * most);
      const { people: count = some(4), calendarsEach = some(3) } = options;
      const names = Array.from({ length: count }, (_, index) => `person${index}`);
      const idsOf = (name: string): string[] =>
        Array.from({ length: calendarsEach }, (_, index) =>
          index === 0 ? `${name}@example.com` : `${name}-${index}@group.calendar.google.com`,
        );
      seedGoogle(
        harness,
        names.map(name => ({
          email: `${name}@example.com`,
          calendars: idsOf(name).map((id, index) => ({
            id,
            summary: id,
            timeZone: ["Europe/Berlin", "America/New_York", "UTC"][index % 3] ?? "UTC",
            primary: index === 0,
            events: [],
          })),
        })),
      );
      const people: Person[] = [];
      for (const name of names) {
        const email = `${name}@example.com`;
        await persistently(() => connect(harness, `uid-${name}`, email));
        const google = await googleClientOf(harness.control, email);
        people.push({
          uid: `uid-${name}`,
          email,
          calendarIds: idsOf(name),
          google,
          revoked: false,
          wasRevoked: false,
        });
      }
      const world = new ChaosWorld(harness, people, random, options);
      take = line => {
        world.look(line);
      };
      for (const line of lines) world.look(line);
      // Short and frequent retries, because the run is too short for Google's delays.
      await harness.control.setPush({ retryBaseMs: 200, maxAttempts: 100 });
      return world;
    } catch (error) {
      await harness.close();
      const errors = lines.filter(line => line.includes('"severity":"ERROR"')).slice(-3);
      throw new Error(["the chaos could not begin", ...errors].join("\n"), { cause: error });
    }
  }

  /** Checks a line that an instance printed and counts its contents. */
  look(line: string): void {
    // Access tokens, refresh tokens and the secrets of this run.
    const secret = /ya29\.|1\/\/0/.test(line) || this.harness.secrets.some(each => line.includes(each));
    if (secret) this.leaks.push(line.slice(0, 200));
    this.tally.note(line);
    if (!line.includes('"severity":"ERROR"')) return;
    const message = /"message":"([^"]{0,120})/.exec(line)?.[1] ?? line.slice(0, 120);
    this.errors.set(message, (this.errors.get(message) ?? 0) + 1);
  }

  /** A name that is unique in this run. */
  name(what: string): string {
    this.#names += 1;
    return `${what} ${this.#names}`;
  }

  /** A random element of `some`, or undefined if it is empty. */
  pick<T>(some: readonly T[]): T | undefined {
    return some[Math.floor(this.random() * some.length)];
  }

  between(min: number, max: number): number {
    return min + this.random() * (max - min);
  }

  /** A random time from 20 days ago to 200 days from now, at a quarter of an hour. */
  moment(): number {
    const quarterMs = 900_000;
    const days = this.between(-20, 200);
    return Math.floor((this.harness.clock.now() + days * 86_400_000) / quarterMs) * quarterMs;
  }

  /** People sign in again at their own calendar programs: those tokens end after an hour. */
  async signInAgain(): Promise<void> {
    for (const person of this.people) {
      person.google = await googleClientOf(this.harness.control, person.email);
    }
  }

  async revoke(person: Person): Promise<void> {
    person.revoked = true;
    person.wasRevoked = true;
    await this.harness.control.revokeGrants(person.email);
    // The revocation also ended the token of this user's Google client.
    person.google = await googleClientOf(this.harness.control, person.email);
  }

  /** The user consents again. Can fail while faults are active. */
  async reconnect(person: Person): Promise<void> {
    await persistently(() => connect(this.harness, person.uid, person.email));
    person.revoked = false;
  }

  async calendarKeys(person: Person): Promise<ReadonlyMap<string, string>> {
    const calendars = await this.harness.db.collection(`users/${person.uid}/calendars`).get();
    return new Map(calendars.docs.map(calendar => [String(calendar.get("calendarId")), calendar.id]));
  }

  async callAs(person: Person, name: string, data: object): Promise<void> {
    await call(this.harness, person.uid, name, data);
  }

  /** Repeats a call until it succeeds: a killed process can keep its locks in Firestore for a minute. */
  async insistAs(person: Person, name: string, data: object): Promise<void> {
    await persistently(() => this.callAs(person, name, data), 200);
  }
}
