import { describe, expect, test } from "@jest/globals";
import { forgetWatchesOf, settle, summariesOf, traces, useStack } from "./shared-stack.ts";
import { googleClientOf } from "../../stack/client/google-client.ts";
import { call } from "../../stack/client/callables.ts";
import { runSchedule } from "../../stack/client/schedules.ts";
import { until } from "../../stack/client/until.ts";
import { signUp, type Person } from "../../stack/client/users.ts";
import { control, stack } from "../running-stack.ts";
import { GooglePeople, eventIn } from "./google-people.ts";

const people = new GooglePeople();
const shared = (name: string) => ({
  id: `${name}@group.calendar.google.com`,
  summary: name,
  selected: true,
  events: [eventIn(20, `Event in ${name}`)],
});
const jane = people.add("jane", shared("jane-choir"));
const kim = people.add("kim", shared("kim-choir"));
const lea = people.add("lea", shared("lea-choir"));

const db = useStack(people);

const calendars = async (person: Person): Promise<Record<string, Record<string, unknown>>> =>
  Object.fromEntries(
    (await db.collection(`users/${person.uid}/calendars`).get()).docs.map(calendar => [
      calendar.get("calendarId") as string,
      { key: calendar.id, ...calendar.data() },
    ]),
  );
const phaseOf = (calendar: Record<string, unknown> | undefined) =>
  (calendar?.["sync"] as { phase: string } | undefined)?.phase;

describe("the list of calendars", () => {
  test("is followed: a new name and colour, a calendar that goes with its events, and comes back", async () => {
    const person = await signUp(stack);
    await settle(db, person, jane, 2);
    const choir = "jane-choir@group.calendar.google.com";
    const { calendarList } = await googleClientOf(control, jane);
    const requestBody = { summaryOverride: "My choir", colorId: "9" };
    await calendarList.patch({ calendarId: choir, requestBody });
    await until("the new name", async () => (await calendars(person))[choir]?.["summary"] === "My choir");
    expect((await calendars(person))[choir]).toMatchObject({ colorId: "9", enabled: true });

    const key = String((await calendars(person))[choir]?.["key"]);
    await calendarList.delete({ calendarId: choir });
    await until("the calendar is gone", async () => (await calendars(person))[choir] === undefined);
    await until("nothing is left of it", async () => {
      const left = [
        ...(await db.collection(`users/${person.uid}/calendarEvents`).where("calendarKey", "==", key).get())
          .docs,
        ...(await db.collection("calendarSyncWatches").where("calendarKey", "==", key).get()).docs.filter(
          watch => watch.get("status") !== "closed",
        ),
      ];
      return left.length === 0 && !(await db.doc(`calendarSyncStates/${key}`).get()).exists;
    });
    expect(await summariesOf(db, person)).toEqual([`Event of ${jane}`]);

    await calendarList.insert({ requestBody: { id: choir, selected: true } });
    await until("it is back", async () => phaseOf((await calendars(person))[choir]) === "live");
    expect(await summariesOf(db, person)).toEqual(["Event in jane-choir", `Event of ${jane}`]);
  });

  test("is read again completely, without a channel every day: what no notification tells is found", async () => {
    const person = await signUp(stack);
    const { accountId } = await settle(db, person, kim, 2);
    await forgetWatchesOf(db, accountId);
    people.calendars.get(kim)?.push({ ...shared("kim-band") });
    await people.seed();
    await runSchedule(stack, "renewWatches");
    await until("the new calendar", async () => {
      return phaseOf((await calendars(person))["kim-band@group.calendar.google.com"]) === "live";
    });
    expect(await summariesOf(db, person)).toContain("Event in kim-band");
  });

  test("survives a dead sync token", async () => {
    const person = await signUp(stack);
    const { accountId } = await settle(db, person, lea, 2);
    await db.doc(`calendarSyncLists/${accountId}`).update({ syncToken: "altered" });
    const choir = "lea-choir@group.calendar.google.com";
    const { calendarList } = await googleClientOf(control, lea);
    await calendarList.patch({ calendarId: choir, requestBody: { summaryOverride: "Singers" } });
    await until("the new name", async () => (await calendars(person))[choir]?.["summary"] === "Singers");
    await until("a new token", async () => {
      return (await db.doc(`calendarSyncLists/${accountId}`).get()).get("syncToken") !== "altered";
    });
  });

  test("leaves nothing behind when the account is disconnected", async () => {
    const person = await signUp(stack);
    const { accountId } = await settle(db, person, jane, 2);
    await call(person, "disconnectAccount", { accountId });
    await until("nothing left", async () => (await traces(db, person.uid)).length === 0);
    expect((await db.doc(`calendarSyncLists/${accountId}`).get()).exists).toBe(false);
  });
});
