import { calendarKeyOf } from "../model/keys.ts";
import { type KnownCalendar, planCalendar } from "../account/plan-calendar.ts";
import { planRemovals } from "../account/plan-removals.ts";
import { syncCalendarList } from "../account/sync-calendar-list.ts";
import { createCalendarList } from "../google/calendar-list.adapter.ts";
import type { CalendarListStore } from "../ports/calendars.port.ts";
import { CountedCalls } from "../quota/counted-calls.fake.ts";
import { seededRandom } from "../sync/testing/schedule.fake.ts";
import { AnswerChanges, type AnswerKind, type Change } from "./answer-changes.fake.ts";
import { isContainer } from "./answer-mutations.fake.ts";
import { callerOf, thrownBy } from "./fuzzed-google.fake.ts";
import { pick } from "./odd-values.fake.ts";
import { isOtherEnvelope } from "./plausible.fake.ts";
import type { PlayedCase, Violation } from "./run-seeds.fake.ts";
import { whyNotStorable } from "./storable.fake.ts";

/** Ids of calendars are hashed, so Firestore's rules for document ids do not apply to them. */
function isReadableId(id: unknown): boolean {
  return typeof id === "string" && id.isWellFormed() && /^[^\s\p{Cc}]{1,1000}$/u.test(id);
}

/**
 * True if the change looks like a real change at Google: another plausible id, or `deleted` or `hidden` set to true.
 */
function isOtherEntry(before: unknown, after: unknown): boolean {
  if (!isContainer(before) || !isContainer(after)) return false;
  return (
    (before["id"] !== after["id"] && isReadableId(after["id"])) ||
    ["deleted", "hidden"].some(name => before[name] !== true && after[name] === true)
  );
}

const listAnswers: AnswerKind = {
  decisive: ["id", "accessRole"],
  stopsAt: path => [0.04, path[0] === "items" ? 0.06 : 1, 0.06][path.length] ?? 0.7,
  fields: [
    "deleted",
    "hidden",
    "summaryOverride",
    "description",
    "notificationSettings",
    "conferenceProperties",
  ],
  isOtherEnvelope,
  isOtherItem: isOtherEntry,
  refused: 0.15,
};

/** Undefined for a token that this fake has not issued. */
function placeOf(pageToken: string): number | undefined {
  const [, place] = /^\["p",(\d+)\]$/.exec(pageToken) ?? [];
  return place === undefined ? undefined : Number(place);
}

const uid = "user";
const accountId = "account";
const nowMs = 1_800_000_000_000;
const pageSize = 2;

function entry(random: () => number, index: number): Record<string, unknown> {
  return {
    kind: "calendar#calendarListEntry",
    etag: '"1"',
    id: `calendar${index}@example.com`,
    summary: pick(random, ["Work", "Feiertage 🎉", ""]),
    timeZone: "Europe/Berlin",
    colorId: "3",
    backgroundColor: "#16a765",
    foregroundColor: "#000000",
    selected: random() < 0.7,
    accessRole: pick(random, ["owner", "writer", "reader", "freeBusyReader", "writerWithoutPrivateAccess"]),
    defaultReminders: [],
    ...(index === 0 && { primary: true }),
  };
}

type Violate = (invariant: Violation["invariant"], what: string, detail: string) => void;

/** Reads a whole list, then lists of changes, with changed answers; then reads the whole list once without changes. */
export async function playListCase(seed: number, given?: readonly Change[]): Promise<PlayedCase> {
  const random = seededRandom(seed);
  const changes = new AnswerChanges(listAnswers, seed, given);
  const entries = Array.from({ length: 1 + Math.floor(random() * 5) }, (_, index) => entry(random, index));
  let violation: Violation | undefined;
  let step = 0;
  const violate = (invariant: Violation["invariant"], what: string, detail: string): void => {
    violation ??= { invariant, what, detail, step };
  };
  const store = new ListedCalendars(entries, violate);
  const full = () => entries.filter(({ deleted }) => deleted !== true);
  let items: readonly unknown[] = [];
  let refused: unknown;
  const client = {
    calendarList: {
      list: async ({ pageToken }: { readonly pageToken?: string }) => {
        if (refused !== undefined) throw refused as Error;
        const from = pageToken === undefined ? 0 : placeOf(pageToken);
        if (from === undefined) throw thrownBy(400, { error: { code: 400, message: "Invalid page token" } });
        const isLast = from + pageSize >= items.length;
        const token = isLast
          ? { nextSyncToken: JSON.stringify(["s", step]) }
          : { nextPageToken: JSON.stringify(["p", from + pageSize]) };
        const changed = changes.change({
          kind: "calendar#calendarList",
          items: items.slice(from, from + pageSize),
          ...token,
        });
        if (changed.kind === "answer") return await Promise.resolve({ data: changed.body });
        refused = changed.thrown;
        throw changed.thrown as Error;
      },
    },
  };
  const silent = {
    info: () => undefined,
    warn: () => undefined,
    error: () => undefined,
    alarm: () => undefined,
  };
  const created = { tasks: () => Promise.resolve("created" as const) };
  const calendarList = createCalendarList(callerOf(client), undefined, new CountedCalls(), silent);
  const sync = async (fullSync: boolean) => {
    step += 1;
    refused = undefined;
    items = fullSync ? full() : entries.slice(0, 1 + Math.floor(random() * entries.length));
    try {
      return await syncCalendarList(
        {
          lists: store,
          calendarList,
          tasks: {
            syncCalendar: created.tasks,
            syncCalendarList: created.tasks,
            maintainWatch: created.tasks,
            cleanUpAccount: created.tasks,
          },
          accountStatus: {
            requireReauth: (_, { reason }) => {
              violate("I2", "the account is ended", reason);
              return Promise.resolve("required");
            },
            noteRefusal: () => Promise.resolve("wait"),
            noteAccepted: () => Promise.resolve(),
          },
          clock: { now: () => nowMs, sleep: () => Promise.resolve() },
          newId: length => "n".repeat(length),
          log: silent,
        },
        { accountId, full: fullSync },
      );
    } catch (error) {
      violate("I1", "thrown", String(error).slice(0, 300));
      return "thrown";
    }
  };
  await sync(true);
  changes.on = true;
  for (let round = 0; round < 3 && violation === undefined; round++) await sync(random() < 0.5);
  changes.on = false;
  if (violation === undefined && (await sync(true)) !== "synced")
    violate("I4", "a clean list is not synced", "");
  for (const { id } of full()) {
    if (violation === undefined && !store.records.has(calendarKeyOf(accountId, String(id))))
      violate("I4", "a calendar is missing", String(id));
  }
  return { violation, changes: changes.done };
}

/** The repository's decisions, with records in memory. */
class ListedCalendars implements CalendarListStore {
  readonly records = new Map<string, KnownCalendar>();
  readonly #kept: ReadonlySet<string>;
  readonly #violate: Violate;
  #revision = 0;
  #syncToken: string | null = null;

  constructor(entries: readonly Record<string, unknown>[], violate: Violate) {
    this.#kept = new Set(entries.map(({ id }) => calendarKeyOf(accountId, String(id))));
    this.#violate = violate;
  }

  read(): ReturnType<CalendarListStore["read"]> {
    return Promise.resolve({ uid, active: true, syncToken: this.#syncToken, revision: this.#revision });
  }

  advance(_accountId: string, _revision: number, syncToken: string): Promise<void> {
    const problem = whyNotStorable({ syncToken });
    if (problem !== undefined) this.#violate("I1", "a record that Firestore refuses", problem);
    this.#syncToken = syncToken;
    return Promise.resolve();
  }

  apply(...[, , listing]: Parameters<CalendarListStore["apply"]>): ReturnType<CalendarListStore["apply"]> {
    for (const calendar of listing.calendars) {
      const key = calendarKeyOf(accountId, calendar.calendarId);
      const { listed, enabled, document } = planCalendar(accountId, calendar, this.records.get(key));
      const written = Object.entries(document.fields).filter(([, value]) => value !== undefined);
      const problem = whyNotStorable(Object.fromEntries(written)) ?? whyNotStorable(listed);
      if (problem !== undefined) this.#violate("I1", "a document that Firestore refuses", problem);
      this.records.set(key, { active: enabled, enabled, listed });
    }
    const { certain, doubted } = planRemovals(accountId, listing, this.records);
    for (const key of certain) {
      if (this.#kept.has(key)) this.#violate("I2", "a calendar is removed", key);
      this.records.delete(key);
    }
    this.#revision += 1;
    return Promise.resolve({
      kind: "applied",
      revision: this.#revision,
      started: [],
      removed: certain,
      doubted,
    });
  }
}
