import { describe, expect, test } from "@jest/globals";
import { openWatchesOf, settle, useStack } from "./shared-stack.ts";
import { call } from "../../stack/client/callables.ts";
import { connect } from "../../stack/client/connect.ts";
import { googleClientOf } from "../../stack/client/google-client.ts";
import { until } from "../../stack/client/until.ts";
import { signUp, type Person } from "../../stack/client/users.ts";
import { control, stack } from "../running-stack.ts";
import { GooglePeople, eventIn } from "./google-people.ts";

const team = "team@group.calendar.google.com";
const shared = { id: team, summary: "Team", selected: true };
const people = new GooglePeople();
const tess = people.add("tess", { ...shared, events: [eventIn(20, "Plans")] });
const ulla = people.add("ulla", { ...shared, accessRole: "reader" });
const vera = people.add("vera", { ...shared, accessRole: "freeBusyReader" });

const db = useStack(people);

/** The user's documents of the shared calendar: the calendar, its key, and its events. */
async function teamOf({ uid }: Person) {
  const calendars = await db.collection(`users/${uid}/calendars`).where("calendarId", "==", team).get();
  const [calendar] = calendars.docs;
  const key = calendar?.id ?? "";
  const events = await db.collection(`users/${uid}/calendarEvents`).where("calendarKey", "==", key).get();
  const sync = calendar?.get("sync") as { phase?: string; message?: string } | undefined;
  return { key, sync, enabled: calendar?.get("enabled") as unknown, events: events.docs };
}

describe("a calendar of which only free and busy times are shared", () => {
  test("is shown as one, with what Google lists of it, and live again when more is shared", async () => {
    const person = await signUp(stack);
    await settle(db, person, ulla, 2);
    const { key } = await teamOf(person);
    const { acl } = await googleClientOf(control, tess);
    const share = async (role: string) => {
      const scope = { type: "user", value: ulla };
      await acl.insert({ calendarId: team, requestBody: { role, scope } });
      expect(await call(person, "syncNow", { calendarKey: key })).toMatchObject({ status: 200 });
    };
    try {
      await control.habits({ freeBusyReaderEvents: "withoutTitles" });
      await share("freeBusyReader");
      await until("busyOnly", async () => (await teamOf(person)).sync?.phase === "busyOnly");
      const listed = await teamOf(person);
      expect(listed.sync).toEqual({ phase: "busyOnly" });
      expect(listed.events.map(event => event.get("summary") as unknown)).toEqual([undefined]);

      await control.habits({ freeBusyReaderEvents: "forbidden" });
      await call(person, "syncNow", { calendarKey: key });
      await until("a sentence", async () => (await teamOf(person)).sync?.message !== undefined);
      await until("no channel", async () => (await openWatchesOf(db, key)).length === 0);
      const refused = await teamOf(person);
      expect(refused.sync?.phase).toBe("busyOnly");
      expect(refused.events).toHaveLength(1);

      await share("reader");
      await until("live", async () => (await teamOf(person)).sync?.phase === "live");
      const { events, sync } = await teamOf(person);
      expect(sync).toEqual({ phase: "live" });
      expect(events.map(event => event.get("summary") as unknown)).toEqual(["Plans"]);
      await until("a channel", async () => (await openWatchesOf(db, key)).length === 1);
    } finally {
      await control.habits({ freeBusyReaderEvents: "forbidden" });
    }
  });

  test("is not switched on by itself; switched on, it says why nothing is there", async () => {
    const person = await signUp(stack);
    await connect(person, vera);
    const { key, enabled } = await until("the calendar", async () => {
      const found = await teamOf(person);
      return found.sync === undefined ? undefined : found;
    });
    expect(enabled).toBe(false);
    await call(person, "setCalendarEnabled", { calendarKey: key, enabled: true });
    await until("busyOnly", async () => (await teamOf(person)).sync?.phase === "busyOnly");
    expect((await teamOf(person)).sync?.message).toMatch(/free and busy times/);
  });
});
