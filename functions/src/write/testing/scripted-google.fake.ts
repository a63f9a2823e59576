import type { GoogleFailure } from "../../model/google-failure.ts";
import type { EventAnswer, EventBody, GoogleEvents } from "../../ports/event-writes.port.ts";

type Write = "patch" | "insert" | "remove" | "move";

/**
 * What Google does with one write. `lost`: it is carried out, and the answer is lost. `dropped`: it does not reach
 * Google. `drowned`: as `dropped`, and somebody else changes the event meanwhile.
 */
export type Fate = "ok" | "lost" | "dropped" | "drowned" | number | GoogleFailure;

export const failure = (reason: GoogleFailure["reason"], status?: number): GoogleFailure => ({
  kind: "failed",
  reason,
  ...(status !== undefined && { status }),
});
const noAnswer = failure("unavailable");

/** One event at a Google that follows a script: a fate for each write, and failures for its reads. */
export class ScriptedGoogle implements GoogleEvents {
  readonly calls: string[] = [];
  /** The event in the calendar; undefined: there has never been one. */
  event: { status: string; version: number; fields: EventBody } | undefined;
  /** The calendar that the event is in. */
  calendar = "calendar";
  /** Answers of reads, one after the other; afterwards the event itself. */
  readonly reads: GoogleFailure[] = [];
  readonly #fates: Fate[];

  constructor(fates: readonly Fate[]) {
    this.#fates = [...fates];
  }

  get etag(): string {
    return `"${this.event?.version ?? 0}"`;
  }

  #answer(): EventAnswer {
    const { event, etag } = this;
    if (event === undefined) return failure("calendarGone", 404);
    return {
      kind: "event",
      event: { id: "id", etag, resource: { ...event.fields, id: "id", etag, status: event.status } },
    };
  }

  #write(name: Write, effect: () => void): EventAnswer {
    this.calls.push(name);
    const fate = this.#fates.shift();
    if (fate === undefined) throw new Error(`${name} was not expected`);
    if (fate === "ok" || fate === "lost") effect();
    if (fate === "drowned" && this.event !== undefined) this.event.version += 1;
    if (fate === "ok") return this.#answer();
    if (typeof fate === "string") return noAnswer;
    return typeof fate === "number" ? failure("badRequest", fate) : fate;
  }

  get: GoogleEvents["get"] = place => {
    this.calls.push("get");
    const failed = this.reads.shift();
    if (failed !== undefined) return Promise.resolve(failed);
    return Promise.resolve(
      place.calendarId === this.calendar ? this.#answer() : failure("calendarGone", 404),
    );
  };

  patch: GoogleEvents["patch"] = (_place, body) =>
    Promise.resolve(
      this.#write("patch", () => {
        const { event } = this;
        if (event !== undefined) {
          this.event = { ...event, version: event.version + 1, fields: { ...event.fields, ...body } };
        }
      }),
    );

  insert: GoogleEvents["insert"] = (_place, body) =>
    Promise.resolve(
      this.#write("insert", () => {
        this.event = { status: "confirmed", version: 1, fields: body };
      }),
    );

  remove: GoogleEvents["remove"] = () => {
    const answer = this.#write("remove", () => {
      const { event } = this;
      if (event !== undefined) this.event = { ...event, status: "cancelled", version: event.version + 1 };
    });
    return Promise.resolve(answer.kind === "event" ? { kind: "removed" } : answer);
  };

  move: GoogleEvents["move"] = (_place, destination) =>
    Promise.resolve(
      this.#write("move", () => {
        this.calendar = destination;
      }),
    );

  withICalUid: GoogleEvents["withICalUid"] = () => Promise.reject(new Error("not used"));
}
