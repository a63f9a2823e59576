import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import {
  eventConverter,
  type EventDocument,
  type EventTime,
  type SeriesScope,
  type WrittenEvent,
} from "@firestore-calendar-sync/client";
import { callForResult } from "../../stack/client/callables.ts";
import { until } from "../../stack/client/until.ts";
import { connectedWorld, type LocalWorld } from "../foundation/local-world.ts";
import { expectEqual, syncState } from "../recurrence/google-expansion.ts";

/*
 * Every scope of a change and of a deletion, for every kind of event, through the deployed functions. After each step,
 * the stored events must equal Google's. All etags are those of the stored documents, as in an app.
 */

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** Nine o'clock UTC, tomorrow. */
const firstMs = (Math.floor(Date.now() / dayMs) + 1) * dayMs + 9 * hourMs;
const size = 6;
let world: LocalWorld;

beforeAll(async () => {
  world = await connectedWorld("scopes");
  await until("the first sync", async () => (await syncState(world)).syncToken !== null);
});
afterAll(async () => {
  await world.leave();
});

const at = (ms: number) => ({ dateTime: new Date(ms).toISOString(), timeZone: "UTC" });
const on = (ms: number) => ({ date: new Date(ms).toISOString().slice(0, 10) });
const timed = (ms: number) => ({ start: at(ms), end: at(ms + hourMs) });
const allDay = (ms: number) => ({ start: on(ms), end: on(ms + dayMs) });
/** A date, or the same moment in one spelling. */
const instantOf = (time: EventTime) => ("date" in time ? time.date : new Date(time.dateTime).toISOString());
const daily = { recurrence: [`RRULE:FREQ=DAILY;COUNT=${size}`] };

const kinds = {
  "a single event": timed(firstMs),
  "a series": { ...timed(firstMs), ...daily },
  "a moved instance": { ...timed(firstMs), ...daily },
  "an all-day series": { ...allDay(firstMs), ...daily },
};
type Kind = keyof typeof kinds;
const scopes: readonly SeriesScope[] = ["this", "following", "all"];
const cases = (Object.keys(kinds) as Kind[]).flatMap(kind => scopes.map(scope => [kind, scope] as const));

const write = async (name: string, data: object) =>
  (await callForResult(world.user, name, { calendarKey: world.calendarKey, ...data })) as WrittenEvent;

/** The stored events with this title, by time. */
async function titled(summary: string): Promise<EventDocument[]> {
  const events = await world.db
    .collection(`users/${world.user.uid}/calendarEvents`)
    .where("summary", "==", summary)
    .get();
  return events.docs
    .map(document => eventConverter.fromFirestore(document))
    .sort((a, b) => a.startAt.toMillis() - b.startAt.toMillis());
}

/** What an app sends about the event that it shows. */
async function shown(summary: string, index: number) {
  const event = (await titled(summary))[index];
  if (event === undefined) throw new Error(`${summary}: there is no event ${index}`);
  return { eventId: event.eventId, etag: event.etag };
}

/** The title of the event of a case. Each case has an event of its own; all cases share one calendar and its pulls. */
const titleOf = (work: string, kind: Kind, scope: SeriesScope) => `${work} ${kind}, ${scope}`;
const renamed = (title: string) => `${title}, later`;
/** The third occurrence, as in the middle of a series; of a single event, the event. */
const indexIn = (kind: Kind) => (kind === "a single event" ? 0 : 2);

/** Creates the event of each case through the function, and moves the third occurrences by three hours. */
async function prepare(work: string): Promise<void> {
  for (const [index, [kind, scope]] of cases.entries()) {
    const event = { summary: titleOf(work, kind, scope), ...kinds[kind] };
    await write("createEvent", { event, requestId: `${work}-request-${index}` });
  }
  await expectEqual(world);
  const changes = timed(firstMs + 2 * dayMs + 3 * hourMs);
  for (const [kind, scope] of cases) {
    if (kind !== "a moved instance") continue;
    await write("updateEvent", { ...(await shown(titleOf(work, kind, scope), 2)), changes, scope: "this" });
  }
  await expectEqual(world);
}

/** How many occurrences a scope means. */
function meant(kind: Kind, scope: SeriesScope): number {
  if (kind === "a single event" || scope === "this") return 1;
  return scope === "all" ? size : size - indexIn(kind);
}
const sizeOf = (kind: Kind) => (kind === "a single event" ? 1 : size);

describe("updateEvent", () => {
  const answers = new Map<string, WrittenEvent>();

  beforeAll(async () => {
    await prepare("change");
    for (const [kind, scope] of cases) {
      const title = titleOf("change", kind, scope);
      // All-day occurrences keep their days: the next ones are in the way.
      const times = kind === "an all-day series" ? {} : timed(firstMs + indexIn(kind) * dayMs + hourMs);
      const changes = { summary: renamed(title), ...times };
      const target = await shown(title, indexIn(kind));
      answers.set(title, await write("updateEvent", { ...target, changes, scope }));
    }
    await expectEqual(world);
  });

  test.each(cases)("%s, %s: the title and the time", async (kind, scope) => {
    const title = titleOf("change", kind, scope);
    const changed = await titled(renamed(title));
    expect(changed).toHaveLength(meant(kind, scope));
    expect(await titled(title)).toHaveLength(sizeOf(kind) - meant(kind, scope));
    const onDayMs = firstMs + indexIn(kind) * dayMs;
    const start = kind === "an all-day series" ? on(onDayMs) : at(onDayMs + hourMs);
    const one = changed.find(event => instantOf(event.start) === instantOf(start));
    const isWhole = kind === "a single event" || scope === "this";
    expect(one).toBeDefined();
    expect(answers.get(title)?.eventId).toBe(isWhole ? one?.eventId : one?.recurringEventId);
  });

  test("after a split, the occurrences of both parts can be changed with the etags that are stored", async () => {
    const split = cases.filter(([kind, scope]) => scope === "following" && kind !== "a single event");
    const titles = split.map(([kind, scope]) => titleOf("change", kind, scope));
    for (const title of titles) {
      const one = { ...(await shown(title, 0)), changes: { location: "Here" }, scope: "this" };
      await write("updateEvent", one);
      const other = { ...(await shown(renamed(title), 1)), changes: { location: "There" }, scope: "this" };
      await write("updateEvent", other);
    }
    for (const title of titles) {
      await until(`both places of ${title}`, async () => {
        const [first, second] = [(await titled(title))[0], (await titled(renamed(title)))[1]];
        return first?.location === "Here" && second?.location === "There";
      });
    }
    expect(titles).toHaveLength(3);
  });
});

describe("deleteEvent", () => {
  beforeAll(async () => {
    await prepare("delete");
    for (const [kind, scope] of cases) {
      const target = await shown(titleOf("delete", kind, scope), indexIn(kind));
      await write("deleteEvent", { ...target, scope });
    }
    await expectEqual(world);
  });

  test("after the end of a series, its other occurrences can be changed with the etag of the answer", async () => {
    const [title, eventTimes] = ["delete and rename", kinds["a series"]];
    await write("createEvent", { event: { summary: title, ...eventTimes }, requestId: "delete-and-rename" });
    await expectEqual(world);
    const first = await shown(title, 0);
    const { ended } = await write("deleteEvent", { ...(await shown(title, 2)), scope: "following" });
    expect(ended?.etag).toEqual(expect.any(String));
    const changes = { summary: renamed(title) };
    await write("updateEvent", { ...first, etag: ended?.etag, changes, scope: "all" });
    await expectEqual(world);
    expect(await titled(title)).toEqual([]);
    expect(await titled(renamed(title))).toHaveLength(2);
  });

  test.each(cases)("%s, %s", async (kind, scope) => {
    const left = await titled(titleOf("delete", kind, scope));
    expect(left).toHaveLength(sizeOf(kind) - meant(kind, scope));
  });
});
