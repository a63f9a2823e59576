import { dayMs } from "../../sync/testing/sync-world.fake.ts";
import type { WriteOutcome } from "../write-context.ts";
import type { Asked } from "./asked-writes.fake.ts";
import type { GoogleAnswer, GoogleRequest, LocalGoogle } from "./local-google.fake.ts";

export type Resource = Readonly<Record<string, unknown>> & { readonly id: string; readonly etag: string };

/** One run of a callable. */
export interface Invocation {
  readonly name: string;
  readonly asked: Asked;
  /** By event id: the etags that this run has read at Google. */
  readonly read: Map<string, Set<string>>;
  /** The etags of the event's series that this run has read in Firestore. */
  readonly stored: Set<string>;
  readonly writes: WriteSeen[];
  state: "running" | "dead" | "ended";
  outcome?: WriteOutcome;
}

/** A write that Google has carried out. */
export interface WriteSeen {
  readonly author: Invocation | "google";
  readonly kind: "insert" | "patch" | "remove" | "move";
  readonly calendarId: string;
  readonly eventId: string;
  readonly before: Resource | undefined;
  readonly after: { readonly etag: string } | undefined;
  readonly body: Readonly<Record<string, unknown>>;
  /** Carried out after the run had ended. */
  readonly isLate: boolean;
}

/**
 * Everything that was written at Google, as it was carried out. An event's place (`location`) and its day name a slot:
 * nobody changes either, so every occurrence that was ever there can be found again, whichever series it is in now.
 */
export class WriteLedger {
  readonly counts: Record<string, number> = {};
  readonly writes: WriteSeen[] = [];
  readonly slots = new Set<string>();
  /** The slots that somebody has deleted on purpose. */
  readonly deleted = new Set<string>();
  /** By slot: the title that somebody has given to this occurrence alone. */
  readonly ownTitles = new Map<string, string>();
  readonly invocations: Invocation[] = [];
  onWrite: (write: WriteSeen) => void = () => undefined;
  readonly #google: LocalGoogle;
  readonly #user: string;
  readonly #calendars: readonly string[];

  constructor(google: LocalGoogle, user: string, calendars: readonly string[]) {
    this.#google = google;
    this.#user = user;
    this.#calendars = calendars;
  }

  count(what: string): void {
    this.counts[what] = (this.counts[what] ?? 0) + 1;
  }

  /** Google answers a request of a run, or of somebody who edits the calendar at Google. */
  async carryOut(author: WriteSeen["author"], request: GoogleRequest): Promise<GoogleAnswer> {
    this.count("calls of Google");
    const { method, path } = request;
    const [calendarId = "", , eventId] = path;
    if (method === "GET") return await this.#google.send(this.#user, request);
    const body = (request.body ?? {}) as WriteSeen["body"];
    const before = eventId === undefined ? undefined : await this.event(calendarId, eventId);
    const isDeletion = author === "google" ? method === "DELETE" : author.asked.work === "delete";
    const there = isDeletion ? await this.occurrences([calendarId]) : [];
    const answer = await this.#google.send(this.#user, request);
    if (answer.status >= 300) {
      this.count(`answers with ${answer.status}`);
      return answer;
    }
    const isMove = path[3] === "move";
    const write: WriteSeen = {
      author,
      kind: isMove ? "move" : method === "POST" ? "insert" : method === "PATCH" ? "patch" : "remove",
      calendarId: isMove ? String(request.query?.["destination"]) : calendarId,
      eventId: eventId ?? (answer.data as Resource).id,
      before,
      after: answer.data as Resource | undefined,
      body,
      isLate: author !== "google" && author.state !== "running",
    };
    this.writes.push(write);
    if (author !== "google") author.writes.push(write);
    const isCreation = author !== "google" && author.asked.work === "create";
    if (isDeletion || isCreation) this.#compare(there, await this.occurrences([calendarId]));
    if (write.kind === "insert" && author !== "google" && isSplit(author)) this.count("splits");
    this.#remember(write);
    this.onWrite(write);
    return answer;
  }

  async event(calendarId: string, eventId: string): Promise<Resource | undefined> {
    const request = { method: "GET", path: [calendarId, "events", eventId] } as const;
    const { status, data } = await this.#google.send(this.#user, request);
    return status < 300 ? (data as Resource) : undefined;
  }

  /** All occurrences in all calendars, as Google expands them. */
  async occurrences(calendars = this.#calendars): Promise<Resource[]> {
    const lists = calendars.map(async calendarId => {
      const query = { singleEvents: true, maxResults: 2_500 };
      const { data } = await this.#google.send(this.#user, {
        method: "GET",
        path: [calendarId, "events"],
        query,
      });
      return (data as { readonly items: Resource[] }).items;
    });
    return (await Promise.all(lists)).flat();
  }

  /** Of a deletion or a creation, the occurrences before and after it. */
  #compare(before: readonly Resource[], after: readonly Resource[]): void {
    for (const occurrence of after) this.slots.add(slotOf(occurrence));
    for (const slot of new Set(before.map(slotOf)))
      if (countOf(after, slot) < countOf(before, slot)) this.deleted.add(slot);
  }

  #remember({ author, before: event, body, kind }: WriteSeen): void {
    if (author !== "google" && isSplit(author)) {
      // The new series has the changes, also on the day of the split. If it moves, its exceptions are as the series is.
      const { start, end } = author.asked.input.changes;
      const isMoved = start !== undefined || end !== undefined;
      const day = author.asked.input.eventId.split("_")[1] ?? "";
      this.#forget(
        slot => slot.startsWith(`${author.asked.place}/`) && (isMoved || slot.endsWith(dayOf(day))),
      );
    }
    if (kind !== "patch" || event === undefined) return;
    const isSeries = event["recurrence"] !== undefined;
    const place = String(event["location"]);
    // The exceptions of a series that moves are cancelled by Google (the local Google's assumption).
    if (isSeries && (body["start"] !== undefined || (author === "google" && this.#isSplit(place))))
      this.#forget(slot => slot.startsWith(`${place}/`));
    if (isSeries || typeof body["summary"] !== "string") return;
    // A known limit: what is written to a series while it is split may be lost.
    if (this.#isSplit(place)) this.#forget(slot => slot === slotOf(event));
    else this.ownTitles.set(slotOf(event), body["summary"]);
  }

  #isSplit(place: string): boolean {
    return this.invocations.some(one => one.asked.place === place && isSplit(one) && one.state === "running");
  }

  #forget(which: (slot: string) => boolean): void {
    for (const slot of this.ownTitles.keys()) if (which(slot)) this.ownTitles.delete(slot);
  }
}

/** Two writes, between which everything can happen. */
export function isSplit(one: Invocation): one is Invocation & { asked: { work: "update" } } {
  return one.asked.work === "update" && one.asked.input.scope === "following";
}

/** The day in an instance's id: `20260109T070000Z` or `20260109`. */
function dayOf(original: string): string {
  return `${original.slice(0, 4)}-${original.slice(4, 6)}-${original.slice(6, 8)}`;
}

/** The world is in January: Berlin is an hour ahead. */
export function slotOf({ start, location }: Resource): string {
  const { dateTime, date } = start as { readonly dateTime?: string; readonly date?: string };
  const day = date ?? new Date(Date.parse(dateTime ?? "") + dayMs / 24).toISOString().slice(0, 10);
  return `${String(location)}/${day}`;
}

export function countOf(occurrences: readonly Resource[], slot: string): number {
  return occurrences.filter(occurrence => slotOf(occurrence) === slot).length;
}
