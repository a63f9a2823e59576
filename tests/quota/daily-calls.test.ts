import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { call, connect, type Harness, seedGoogle, startHarness } from "@firestore-calendar-sync/harness";
import { createCallStore } from "../../functions/src/firestore/calendar-calls.repository.ts";
import { quotaDay } from "../../functions/src/quota/quota-day.ts";
import { spreadOf } from "../../functions/src/model/spread.ts";
import { functionsBundle } from "../../stack/build.ts";
import { until } from "../../stack/client/until.ts";
import { timedEvent } from "../foundation/timed-event.ts";

/** The deployed bundle counts its requests to the Calendar API, and the rounds read the count. */

const email = "counted@example.com";
const uid = "uid-counted";
const threshold = 1_000;
let harness: Harness;
const lines: string[] = [];

beforeAll(async () => {
  const firestoreHost = process.env["FIRESTORE_EMULATOR_HOST"];
  harness = await startHarness({
    bundle: functionsBundle,
    // The time has to be moved, because an instance writes its calls once a minute.
    speed: 2,
    params: { DAILY_CALLS: String(threshold) },
    onLine: line => lines.push(line),
    ...(firestoreHost !== undefined && { firestoreHost }),
  });
  // The tests end on the day on which they begin.
  const laterMs = 10 * 60_000;
  if (quotaDay(harness.clock.now()) !== quotaDay(harness.clock.now() + laterMs)) await harness.jump(laterMs);
  const calendar = { id: email, summary: "Work", timeZone: "Europe/Berlin", primary: true };
  seedGoogle(harness, [{ email, calendars: [{ ...calendar, events: [timedEvent("first", "First")] }] }]);
  await connect(harness, uid, email);
});
afterAll(async () => {
  await harness.close();
});

const today = () => quotaDay(harness.clock.now());
const stored = async () => await createCallStore(harness.db).usedOn(today());
const requested = async () =>
  (await harness.control.requests()).filter(({ path }) => path.startsWith("/calendar/v3/")).length;
const decisions = () =>
  lines
    .filter(line => line.includes('"message":"calendar calls"'))
    .map(line => JSON.parse(line) as Readonly<Record<string, unknown>>);

test("every request that Google has received is stored with the first call after a minute", async () => {
  const calendarKey = await until("the first sync and the channels", async () => {
    const open = await harness.db.collection("calendarSyncWatches").where("status", "==", "open").get();
    const events = await harness.db.collection(`users/${uid}/calendarEvents`).get();
    return open.size === 2 && !events.empty && (events.docs[0]?.get("calendarKey") as string);
  });
  const before = await requested();
  // The list of the consent, the first sync, and two channels.
  expect(before).toBeGreaterThanOrEqual(4);
  expect(await stored()).toBeLessThan(before);
  await harness.jump(61_000);
  await call(harness, uid, "syncNow", { calendarKey });
  await until("the calls", async () => (await stored()) === (await requested()));
  expect(await stored()).toBeGreaterThan(before);
});

test("the rounds are stretched by what is stored", async () => {
  expect(await harness.runSchedule("renewWatches")).toBe(200);
  expect(decisions()).toMatchObject([{ severity: "INFO", day: today(), threshold, stretched: "none" }]);
  await createCallStore(harness.db).add(today(), 3, threshold, harness.clock.now());
  expect(await harness.runSchedule("backupSync")).toBe(200);
  expect(await harness.runSchedule("renewWatches")).toBe(200);
  const stretched = { day: today(), threshold, stretched: "quarter" };
  expect(decisions().slice(1)).toMatchObject([stretched, stretched]);
  const warnings = lines.filter(line => line.includes('"message":"background work is stretched'));
  expect(warnings.map(line => JSON.parse(line) as unknown)).toMatchObject([
    { severity: "WARNING", ...stretched },
    { severity: "WARNING", ...stretched },
  ]);
  const surveys = lines.filter(line => line.includes('"message":"watches surveyed"'));
  // A list with a channel is read on one day of three, and on one of twelve if the round is stretched to a quarter.
  const [list] = (await harness.db.collection("calendarSyncLists").get()).docs;
  const isDue = (days: number) =>
    Math.floor(harness.clock.now() / 86_400_000) % days === spreadOf(list?.id ?? "", days);
  expect(surveys.map(line => JSON.parse(line) as unknown)).toMatchObject([
    { lists: Number(isDue(3)) },
    { lists: Number(isDue(12)) },
  ]);
});
