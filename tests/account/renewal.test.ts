import { describe, expect, test } from "@jest/globals";
import { Timestamp } from "firebase-admin/firestore";
import { useStack } from "./shared-stack.ts";
import { googleClientOf } from "../../stack/client/google-client.ts";
import { connect } from "../../stack/client/connect.ts";
import { runSchedule } from "../../stack/client/schedules.ts";
import { until } from "../../stack/client/until.ts";
import { signUp } from "../../stack/client/users.ts";
import { control, stack } from "../running-stack.ts";
import { GooglePeople, eventIn } from "./google-people.ts";

const people = new GooglePeople();
const calendarCount = 50;
const calendarIds = Array.from({ length: calendarCount - 1 }, (_, n) => `busy${n}@group.calendar.google.com`);
const max = people.add("max", ...calendarIds.map(id => ({ id, summary: id, selected: true })));
const allIds = [max, ...calendarIds];
const dayMs = 86_400_000;
/** Enough for fifty calendars on two busy cores. */
const patienceMs = 300_000;

const db = useStack(people);

async function openChannels(accountId: string): Promise<Map<string, string>> {
  const watches = await db.collection("calendarSyncWatches").where("accountId", "==", accountId).get();
  const open = watches.docs.filter(
    watch => watch.get("status") === "open" && watch.get("resource") === "events",
  );
  return new Map(open.map(watch => [watch.get("calendarId") as string, watch.id]));
}

describe("renewal", () => {
  test("under fire: fifty channels are replaced while edits go on and pushes are late, and no edit waits for the backup", async () => {
    const person = await signUp(stack);
    const accountId = await connect(person, max);
    await until(
      "fifty channels",
      async () => (await openChannels(accountId)).size === calendarCount,
      patienceMs,
    );
    await until(
      "fifty live calendars",
      async () => {
        const calendars = await db.collection(`users/${person.uid}/calendars`).get();
        return (
          calendars.size === calendarCount &&
          calendars.docs.every(calendar => calendar.get("sync.phase") === "live")
        );
      },
      patienceMs,
    );
    const before = await openChannels(accountId);
    const due = db.batch();
    for (const channelId of before.values()) {
      due.update(db.doc(`calendarSyncWatches/${channelId}`), {
        expiresAt: Timestamp.fromMillis(Date.now() + dayMs),
      });
    }
    await due.commit();
    await control.forgetRequests();
    await control.setPush({ delayMs: [0, 5_000], reorder: true, seed: 5 });

    const made: string[] = [];
    const google = await googleClientOf(control, max);
    const edit = async (calendarId: string) => {
      const summary = `edit ${made.length} of ${calendarId}`;
      made.push(summary);
      await google.events.insert({ calendarId, requestBody: eventIn(40 + made.length, summary) });
    };

    const renewal = runSchedule(stack, "renewWatches");
    // Edits events until all channels have been replaced, for 40 rounds at most.
    for (let round = 0; round < 40; round++) {
      const now = await openChannels(accountId);
      const replaced = allIds.every(id => now.has(id) && now.get(id) !== before.get(id));
      for (let n = 0; n < 5; n++) await edit(allIds[(round * 5 + n) % calendarCount] ?? max);
      if (replaced) break;
      await new Promise(resolve => setTimeout(resolve, 1_000));
    }
    await renewal;
    const replacements = await until(
      "every channel replaced and the old ones closed",
      async () => {
        const now = await openChannels(accountId);
        const old = await db.getAll(...[...before.values()].map(id => db.doc(`calendarSyncWatches/${id}`)));
        const done =
          allIds.every(id => now.has(id) && now.get(id) !== before.get(id)) &&
          old.every(watch => watch.get("status") === "closed");
        return done && now;
      },
      patienceMs,
    );
    await until(
      "every edit",
      async () => {
        const events = await db.collection(`users/${person.uid}/calendarEvents`).select("summary").get();
        const seen = new Set(events.docs.map(event => event.get("summary") as string));
        return made.every(summary => seen.has(summary));
      },
      patienceMs,
    );
    expect(made.length).toBeGreaterThan(20);

    // At Google, exactly the new channels are open, and each old channel was stopped.
    const channels = await control.channels();
    const alive = channels.filter(({ id, live }) => live && !id.startsWith(accountId)).map(({ id }) => id);
    expect(alive.sort()).toEqual([...replacements.values()].sort());
    const requests = await control.requests();
    expect(
      requests.filter(({ path, status }) => path.endsWith("/channels/stop") && status === 204),
    ).toHaveLength(calendarCount);
  }, 900_000);
});
