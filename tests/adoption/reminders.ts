import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { kitFolder } from "../../functions/cli/plan/kit-layout.ts";
import { recipeOf } from "../../scripts/snippets.fixture.ts";
import { projectId, region } from "../../stack/addresses.ts";
import { callForResult } from "../../stack/client/callables.ts";
import { requestJson } from "../../stack/client/http.ts";
import { runSchedule } from "../../stack/client/schedules.ts";
import { until } from "../../stack/client/until.ts";
import { nowMs, person, type SmokeWorld } from "../smoke/world.ts";

const calendarId = person.email;

/** Adds the function of docs/change-feed.md to the app's own functions, and switches on the kit's change feed. */
export function addReminders(app: string): void {
  writeFileSync(join(app, "functions", "remind.js"), recipeOf("docs/change-feed.md", "remind"));
  appendFileSync(join(app, "functions", "index.js"), '\nexport * from "./remind.js";\n');
  const env = join(app, kitFolder, "config-calendar", ".env");
  const before = readFileSync(env, "utf8");
  const after = before.replace(/^CHANGE_FEED=.*$/m, "CHANGE_FEED=true");
  if (after === before) throw new Error(`${env} has no CHANGE_FEED that is off`);
  writeFileSync(env, after);
}

/**
 * Tells the Firestore emulator of the function, as the suite does for the emulator that it has started itself
 * (firebase-tools, functionsEmulator.js, addFirestoreTrigger).
 */
export async function registerReminders(firestoreUrl: string): Promise<void> {
  const trigger = `${region}-followCalendars-0`;
  await requestJson(
    `${firestoreUrl}/emulator/v1/projects/${projectId}/eventarcTrigger?eventarcTriggerId=${trigger}`,
    "POST",
    {
      eventType: "google.cloud.firestore.document.v1.created",
      database: "(default)",
      namespace: "(default)",
      document: { value: "calendarSyncChanges/{entry}", matchType: "PATH_PATTERN" },
    },
  );
}

/** The recipe keeps reminders, sends them, tells of a cancelled event, and not of a calendar that is switched off. */
export async function remindsPeople(world: SmokeWorld): Promise<void> {
  const { owner, user, google, connection } = world;
  const messages = async (): Promise<unknown[]> =>
    (await owner.db.collection(`users/${user.uid}/messages`).get()).docs.map(
      found => found.get("text") as unknown,
    );
  const reminders = async (): Promise<string[]> =>
    (await owner.db.collection("reminders").where("uid", "==", user.uid).get()).docs.map(
      found => found.get("title") as string,
    );
  const says = async (text: string): Promise<void> => {
    await until(`the message "${text}"`, async () => (await messages()).includes(text));
  };

  const event = (id: string, summary: string, inMinutes: number) => ({
    id,
    summary,
    start: { dateTime: new Date(nowMs() + inMinutes * 60_000).toISOString() },
    end: { dateTime: new Date(nowMs() + (inMinutes + 30) * 60_000).toISOString() },
  });
  for (const requestBody of [event("remindsoon", "Soon", 12), event("remindlater", "Later", 600)])
    await google.events.insert({ calendarId, requestBody });
  await until("two reminders", async () => {
    const titles = await reminders();
    return titles.includes("Soon") && titles.includes("Later");
  });
  // Its reminder is due at once.
  const due = await owner.db.collection("reminders").where("title", "==", "Soon").get();
  await due.docs[0]?.ref.update({ sendAt: new Date(nowMs() - 1_000) });
  await runSchedule({ ...connection, functionPrefix: "" }, "sendReminders");
  await says("Soon begins in 10 minutes");

  await google.events.delete({ calendarId, eventId: "remindlater" });
  await says("Later is cancelled");

  if ((await reminders()).length === 0) throw new Error("no reminder is left: the proof is void");
  const before = (await messages()).length;
  // From the database: the browser's listener may not have the event yet.
  const soon = await owner.db
    .collection(`users/${user.uid}/calendarEvents`)
    .where("eventId", "==", "remindsoon")
    .get();
  const calendarKey: unknown = soon.docs[0]?.get("calendarKey");
  await callForResult(user, "setCalendarEnabled", { calendarKey, enabled: false });
  await until("the reminders of a calendar that is switched off go", async () => {
    const left = await reminders();
    return left.length === 0;
  });
  if ((await messages()).length !== before)
    throw new Error("an event of a calendar that was switched off was called cancelled");
}
