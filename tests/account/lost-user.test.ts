import { describe, expect, test } from "@jest/globals";
import { settle, summariesOf, useStack } from "./shared-stack.ts";
import {
  atGoogle,
  deleteUser,
  eventIn,
  google,
  GooglePeople,
  runSchedule,
  signUp,
  traces,
  until,
} from "./stack-client.ts";

const people = new GooglePeople();
const lost = people.add("lost@example.com", {
  id: "lost-team@group.calendar.google.com",
  summary: "Team",
  selected: true,
});
const stays = people.add("stays@example.com");
const db = useStack(people);

/** Of the emulators' hub: while they are off, no event of Authentication reaches a function. */
async function backgroundTriggers(verb: "disable" | "enable"): Promise<void> {
  const hub = process.env["FIREBASE_EMULATOR_HUB"] ?? "127.0.0.1:4400";
  const answer = await fetch(`http://${hub}/functions/${verb}BackgroundTriggers`, { method: "PUT" });
  if (!answer.ok) throw new Error(`the hub answers ${answer.status}`);
}

describe("a user whose deletion nobody was told", () => {
  test("is gone after the daily round with all that was theirs, and nobody else loses anything", async () => {
    const deleted = await signUp();
    const other = await signUp();
    const { accountId } = await settle(db, deleted, lost, 2);
    await settle(db, other, stays);
    await atGoogle(stays, "POST", `calendars/${stays}/events`, eventIn(24, "stays"));
    await until("the other's event", async () => (await summariesOf(db, other)).includes("stays"));
    await backgroundTriggers("disable");
    try {
      await deleteUser(deleted);
      await new Promise(resolve => setTimeout(resolve, 2_000));
    } finally {
      await backgroundTriggers("enable");
    }
    expect(await traces(deleted.uid)).not.toEqual([]);

    await runSchedule("renewWatches");
    await runSchedule("backupSync");
    await until("nothing of the deleted user", async () => (await traces(deleted.uid)).length === 0, 120_000);
    const watches = await db.collection("watches").where("accountId", "==", accountId).get();
    expect(watches.size).toBe(0);
    const channels = (await google("GET", "channels")) as { id: string; live: boolean; token?: string }[];
    expect(channels.filter(({ id, live }) => live && id.startsWith(accountId))).toEqual([]);
    expect(await summariesOf(db, other)).toContain("stays");
    await google("DELETE", "requests");
    await runSchedule("backupSync");
    await runSchedule("renewWatches");
    await atGoogle(stays, "POST", `calendars/${stays}/events`, eventIn(48, "later"));
    await until("a later event", async () => (await summariesOf(db, other)).includes("later"));
    const requests = (await google("GET", "requests")) as { path: string }[];
    expect(requests.filter(({ path }) => path.includes("lost"))).toEqual([]);
  });
});
