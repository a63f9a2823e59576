import { Quotas } from "google-calendar-emulator";
import type { CalendarListing } from "../../functions/src/ports/calendars.port.ts";
import type { EventPage, EventSource, ListEvents } from "../../functions/src/ports/sync.port.ts";
import type { PushChannels } from "../../functions/src/ports/watch.port.ts";
import type { GoogleFailure } from "../../functions/src/model/google-failure.ts";
import { backgroundWork } from "../background-work.ts";
import type { VirtualTime } from "./virtual-time.ts";

const minuteMs = 60_000;
const dayMs = 86_400_000;

/** Google's limits for a new project (guides/quota). */
export const perProjectPerMinute = 10_000;
const perUserPerMinute = 600;

/** The life that Google grants: the one that is asked for. */
export const grantedLifeMs = backgroundWork.channelLifeDays * dayMs;

const refused: GoogleFailure = { kind: "failed", reason: "rateLimited", status: 403 };

/** What a call is for: work that somebody waits for, or periodic work. */
export type Purpose = "live" | "background";

/**
 * Google in virtual time, with the quotas of the local Google Calendar. Each calendar has one event; every edit changes
 * it. Sync tokens are the number of edits.
 */
export class VirtualGoogle {
  readonly #time: VirtualTime;
  readonly #quotas = new Quotas({ perUserPerMinute, perProjectPerMinute, status: 403 });
  readonly #revisions = new Map<string, number>();
  /** Calls since `countFromMs`, for each minute. */
  readonly minutes: Record<Purpose, Map<number, number>> = { live: new Map(), background: new Map() };
  countFromMs = Number.POSITIVE_INFINITY;
  refusals = 0;
  /** Set by whoever delivers a task. */
  purpose: Purpose = "background";
  #channels = 0;

  constructor(time: VirtualTime) {
    this.#time = time;
  }

  edit(calendarId: string): void {
    this.#revisions.set(calendarId, this.#revision(calendarId) + 1);
  }

  calls(purpose: Purpose): number {
    return [...this.minutes[purpose].values()].reduce((sum, calls) => sum + calls, 0);
  }

  busiestMinute(purpose: Purpose): number {
    return Math.max(0, ...this.minutes[purpose].values());
  }

  readonly events: EventSource = {
    list: request => Promise.resolve(this.#take(request.accountId) ? this.#page(request) : refused),
  };

  readonly channels: PushChannels = {
    open: ({ accountId }) => {
      if (!this.#take(accountId)) return Promise.resolve(refused);
      this.#channels += 1;
      return Promise.resolve({
        kind: "opened",
        resourceId: `resource-${this.#channels}`,
        expiresAtMs: this.#time.nowMs + grantedLifeMs,
      });
    },
    stop: ({ accountId }) => Promise.resolve(this.#take(accountId) ? { kind: "stopped" } : refused),
  };

  listCalendars(accountId: string): CalendarListing | GoogleFailure {
    if (!this.#take(accountId)) return refused;
    return { kind: "listed", calendars: [], removedIds: [], complete: true, syncToken: "list" };
  }

  /** Counts a call. False if a quota is used up. */
  #take(accountId: string): boolean {
    const { nowMs } = this.#time;
    const minute = Math.floor(nowMs / minuteMs);
    const minutes = this.minutes[this.purpose];
    if (nowMs >= this.countFromMs) minutes.set(minute, (minutes.get(minute) ?? 0) + 1);
    try {
      this.#quotas.count("project", accountId, nowMs);
      return true;
    } catch {
      if (nowMs >= this.countFromMs) this.refusals += 1;
      return false;
    }
  }

  #revision(calendarId: string): number {
    return this.#revisions.get(calendarId) ?? 1;
  }

  #page({ calendarId, query }: ListEvents): EventPage {
    const revision = this.#revision(calendarId);
    const isChanged = !("syncToken" in query) || Number(query.syncToken) < revision;
    return {
      kind: "page",
      items: isChanged ? [this.#event(revision)] : [],
      nextSyncToken: `${revision}`,
      timeZone: "UTC",
    };
  }

  #event(revision: number): object {
    const day = new Date(this.#time.nowMs + dayMs).toISOString().slice(0, 10);
    return {
      id: "event",
      status: "confirmed",
      etag: `"${revision}"`,
      updated: new Date(this.#time.nowMs).toISOString(),
      summary: `version ${revision}`,
      start: { dateTime: `${day}T09:00:00Z`, timeZone: "UTC" },
      end: { dateTime: `${day}T10:00:00Z`, timeZone: "UTC" },
    };
  }
}
