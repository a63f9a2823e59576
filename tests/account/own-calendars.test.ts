import { describe, expect, test } from "@jest/globals";
import { openWatchesOf, settle, summariesOf, useStack } from "./shared-stack.ts";
import { call } from "../../stack/client/callables.ts";
import { connect } from "../../stack/client/connect.ts";
import { runSchedule } from "../../stack/client/schedules.ts";
import { until } from "../../stack/client/until.ts";
import { signUp, type Person } from "../../stack/client/users.ts";
import { control, stack } from "../running-stack.ts";
import { GooglePeople, eventIn } from "./google-people.ts";

const people = new GooglePeople();
const gus = people.add("gus", {
  id: "club@group.calendar.google.com",
  summary: "Club",
  selected: false,
  events: [eventIn(40, "Club night")],
});
const hal = people.add("hal");
const ida = people.add("ida");

const db = useStack(people);

const calendarOf = async (person: Person, summary: string) =>
  await until(summary, async () => {
    const all = await db.collection(`users/${person.uid}/calendars`).get();
    return all.docs.find(calendar => calendar.get("summary") === summary);
  });
const phase = async (person: Person, key: string) =>
  (await db.doc(`users/${person.uid}/calendars/${key}`).get()).get("sync.phase") as string;
const accountOf = async (person: Person, accountId: string) =>
  (await db.doc(`users/${person.uid}/calendarAccounts/${accountId}`).get()).data() ?? {};

describe("setCalendarEnabled", () => {
  test("starts and stops the sync of one calendar, events and channel included", async () => {
    const person = await signUp(stack);
    await connect(person, gus);
    const { id: key } = await calendarOf(person, "Club");
    const switchTo = async (enabled: boolean) =>
      await call(person, "setCalendarEnabled", { calendarKey: key, enabled });

    expect(await switchTo(true)).toMatchObject({ status: 200, result: { waiting: false } });
    await until("club night", async () => (await summariesOf(db, person)).includes("Club night"));
    await until("a channel", async () => (await openWatchesOf(db, key)).length === 1);

    expect(await switchTo(false)).toMatchObject({ status: 200 });
    await until("events gone", async () => !(await summariesOf(db, person)).includes("Club night"));
    await until("no channel", async () => (await openWatchesOf(db, key)).length === 0);
    expect(await summariesOf(db, person)).toEqual([`Event of ${gus}`]);
    expect((await db.doc(`calendarSyncStates/${key}`).get()).data()).toMatchObject({
      active: false,
      inactiveReason: "disabled",
    });

    // The choice stays valid after a reconnect.
    await connect(person, gus);
    expect((await calendarOf(person, "Club")).get("enabled")).toBe(false);

    expect(await switchTo(true)).toMatchObject({ status: 200 });
    await until("club night again", async () => (await summariesOf(db, person)).includes("Club night"));
    await until("live", async () => (await phase(person, key)) === "live");
  });

  test("switched back and forth in a hurry ends as the last call said", async () => {
    const person = await signUp(stack);
    await connect(person, gus);
    const { id: key } = await calendarOf(person, "Club");
    for (const enabled of [true, false, true, false, true]) {
      await call(person, "setCalendarEnabled", { calendarKey: key, enabled });
    }
    await until("live", async () => (await phase(person, key)) === "live");
    await until("club night", async () => (await summariesOf(db, person)).includes("Club night"));
    await until("a channel", async () => (await openWatchesOf(db, key)).length === 1);
  });

  test("is refused for somebody else's calendar", async () => {
    const [one, two] = [await signUp(stack), await signUp(stack)];
    await connect(one, gus);
    const { id: calendarKey } = await calendarOf(one, "Club");
    const answer = await call(two, "setCalendarEnabled", { calendarKey, enabled: true });
    expect(answer).toMatchObject({ error: { status: "NOT_FOUND" } });
    expect((await calendarOf(one, "Club")).get("enabled")).toBe(false);
  });

  test.each([{}, { calendarKey: "x", enabled: true }, { calendarKey: "k".repeat(22), enabled: "yes" }])(
    "refuses %j",
    async data => {
      const answer = await call(await signUp(stack), "setCalendarEnabled", data);
      expect(answer).toMatchObject({ error: { status: "INVALID_ARGUMENT" } });
    },
  );
});

describe("syncNow", () => {
  test("brings what no notification has announced", async () => {
    const person = await signUp(stack);
    const { key: calendarKey } = await settle(db, person, hal);
    const [primary, ...others] = people.calendars.get(hal) ?? [];
    if (primary === undefined) throw new Error("no primary calendar");
    const events = [...(primary.events ?? []), eventIn(60, "Unannounced")];
    people.calendars.set(hal, [{ ...primary, events }, ...others]);
    await people.seed();
    expect(await call(person, "syncNow", { calendarKey })).toMatchObject({ status: 200, result: {} });
    await until("the event", async () => (await summariesOf(db, person)).includes("Unannounced"));
  });

  test("with full lists everything again, and repairs what was damaged", async () => {
    const person = await signUp(stack);
    const { key: calendarKey } = await settle(db, person, ida);
    const events = await db.collection(`users/${person.uid}/calendarEvents`).get();
    await events.docs[0]?.ref.delete();
    await call(person, "syncNow", { calendarKey, full: true });
    await until("the event", async () => (await summariesOf(db, person)).includes(`Event of ${ida}`));
  });

  test("is refused for a calendar that is switched off, and for somebody else's", async () => {
    const [one, two] = [await signUp(stack), await signUp(stack)];
    await connect(one, gus);
    const { id: calendarKey } = await calendarOf(one, "Club");
    expect(await call(one, "syncNow", { calendarKey })).toMatchObject({
      error: { status: "FAILED_PRECONDITION", message: expect.stringContaining("switched off") },
    });
    expect(await call(two, "syncNow", { calendarKey })).toMatchObject({ error: { status: "NOT_FOUND" } });
  });
});

describe("revoked access", () => {
  test("shows as reauth_required, stops every schedule, and a reconnect resumes", async () => {
    const person = await signUp(stack);
    const { accountId, key } = await settle(db, person, ida);
    await control.revokeGrants(ida);
    await call(person, "syncNow", { calendarKey: key });
    const account = await until("reauth_required", async () => {
      const data = await accountOf(person, accountId);
      return data["status"] === "reauth_required" && data;
    });
    expect(account["statusReason"]).toContain("Reconnect");
    expect((await db.doc(`calendarSyncStates/${key}`).get()).data()).toMatchObject({
      active: false,
      inactiveReason: "reauth_required",
    });

    await control.forgetRequests();
    await runSchedule(stack, "backupSync");
    expect(await call(person, "syncNow", { calendarKey: key })).toMatchObject({
      error: { status: "FAILED_PRECONDITION", message: expect.stringContaining("Connect the account again") },
    });

    expect(await connect(person, ida)).toBe(accountId);
    expect(await accountOf(person, accountId)).toMatchObject({ status: "active" });
    expect((await accountOf(person, accountId))["statusReason"]).toBeUndefined();
    await until(
      "resumed",
      async () => (await db.doc(`calendarSyncStates/${key}`).get()).get("active") === true,
    );
    const [primary] = people.calendars.get(ida) ?? [];
    if (primary === undefined) throw new Error("no primary calendar");
    people.calendars.set(ida, [
      { ...primary, events: [...(primary.events ?? []), eventIn(70, "After the break")] },
    ]);
    await people.seed();
    await call(person, "syncNow", { calendarKey: key });
    await until("new events", async () => (await summariesOf(db, person)).includes("After the break"));
  });
});
