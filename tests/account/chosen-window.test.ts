import { describe, expect, test } from "@jest/globals";
import { settle, summariesOf, useStack } from "./shared-stack.ts";
import { call } from "../../stack/client/callables.ts";
import { until } from "../../stack/client/until.ts";
import { signUp, type Person } from "../../stack/client/users.ts";
import { stack } from "../running-stack.ts";
import { eventIn, GooglePeople } from "./google-people.ts";

const people = new GooglePeople();
const day = 24;
const inUtc = (hours: number) => ({
  dateTime: new Date(Date.now() + hours * 3_600_000).toISOString(),
  timeZone: "UTC",
});
const weekly = {
  ...eventIn(0, "Weekly"),
  start: inUtc(-90 * day),
  end: inUtc(-90 * day + 1),
  recurrence: ["RRULE:FREQ=WEEKLY"],
};
const wim = people.add("wim", {
  id: "plans@group.calendar.google.com",
  summary: "Plans",
  selected: true,
  events: [
    eventIn(-200 * day, "Long ago"),
    eventIn(-10 * day, "Lately"),
    eventIn(700 * day, "Far ahead"),
    weekly,
  ],
});
const db = useStack(people);

/** The key of the calendar with the events above, when both calendars are live. */
async function plansOf(person: Person): Promise<string> {
  await settle(db, person, wim, 2);
  const calendars = await db
    .collection(`users/${person.uid}/calendars`)
    .where("summary", "==", "Plans")
    .get();
  return calendars.docs[0]?.id ?? "";
}
const calendarOf = async (person: Person, key: string) =>
  (await db.doc(`users/${person.uid}/calendars/${key}`).get()).data() ?? {};
/** The titles, and how many weeks are stored. */
const storedOf = async (person: Person) => {
  const all = (await summariesOf(db, person)).filter(title => title !== `Event of ${wim}`);
  return {
    titles: all.filter(title => title !== "Weekly"),
    weeks: all.filter(title => title === "Weekly").length,
  };
};
const choose = async (person: Person, data: object) => await call(person, "setCalendarWindow", data);

describe("setCalendarWindow", () => {
  test("reads more past, deletes past and future, and returns to the default", async () => {
    const person = await signUp(stack);
    const calendarKey = await plansOf(person);
    expect(await storedOf(person)).toEqual({ titles: ["Far ahead", "Lately"], weeks: expect.any(Number) });

    expect(await choose(person, { calendarKey, pastDays: 365, futureDays: 30 })).toMatchObject({
      status: 200,
      result: {},
    });
    expect(await calendarOf(person, calendarKey)).toMatchObject({
      window: { pastDays: 365, futureDays: 30 },
    });
    await until("the past", async () => (await storedOf(person)).titles.includes("Long ago"));
    // 90 days back and 30 ahead.
    await until("the series", async () => [17, 18].includes((await storedOf(person)).weeks));
    expect((await storedOf(person)).titles).toEqual(["Far ahead", "Lately", "Long ago"]);

    expect(await choose(person, { calendarKey, pastDays: 5 })).toMatchObject({ status: 200 });
    await until("less past", async () => !(await storedOf(person)).titles.includes("Lately"));
    await until("less of the series", async () => [5, 6].includes((await storedOf(person)).weeks));
    expect((await storedOf(person)).titles).toEqual(["Far ahead"]);

    // A larger window once an hour.
    const refused = await choose(person, { calendarKey, pastDays: 100 });
    expect(refused).toMatchObject({ error: { status: "RESOURCE_EXHAUSTED" } });
    await db.doc(`calendarSyncStates/${calendarKey}`).update({ fullDemandedAt: new Date(0) });
    expect(await choose(person, { calendarKey, pastDays: null, futureDays: null })).toMatchObject({
      status: 200,
    });
    await until("the default", async () => (await storedOf(person)).titles.includes("Lately"));
    await until("the whole series", async () => (await storedOf(person)).weeks > 55);
    expect(await calendarOf(person, calendarKey)).not.toHaveProperty("window");
    expect((await calendarOf(person, calendarKey))["sync"]).toEqual({ phase: "live" });
  });

  test("is refused for somebody else's calendar", async () => {
    const [one, two] = [await signUp(stack), await signUp(stack)];
    const calendarKey = await plansOf(one);
    expect(await choose(two, { calendarKey, pastDays: 1 })).toMatchObject({ error: { status: "NOT_FOUND" } });
    expect(await calendarOf(one, calendarKey)).not.toHaveProperty("window");
  });

  test.each([
    { pastDays: 5 },
    { calendarKey: "k".repeat(22), pastDays: -1 },
    { calendarKey: "k".repeat(22), pastDays: 3651 },
    { calendarKey: "k".repeat(22), pastDays: 1.5 },
    { calendarKey: "k".repeat(22), futureDays: 6 },
    { calendarKey: "k".repeat(22), futureDays: 1831 },
    { calendarKey: "k".repeat(22), futureDays: "90" },
  ])("refuses %j", async data => {
    expect(await choose(await signUp(stack), data)).toMatchObject({ error: { status: "INVALID_ARGUMENT" } });
  });
});
