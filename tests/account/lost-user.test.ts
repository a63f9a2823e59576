import { describe, expect, test } from "@jest/globals";
import { settle, summariesOf, traces, useStack } from "./shared-stack.ts";
import { googleClientOf } from "../../stack/client/google-client.ts";
import { runSchedule } from "../../stack/client/schedules.ts";
import { until } from "../../stack/client/until.ts";
import { signUp, type Person } from "../../stack/client/users.ts";
import { control, stack } from "../running-stack.ts";
import { GooglePeople, eventIn } from "./google-people.ts";

const people = new GooglePeople();
const lost = people.add("absent", {
  id: "absent-team@group.calendar.google.com",
  summary: "Team",
  selected: true,
});
const stays = people.add("stays");
const db = useStack(people);

/**
 * A user who does not exist in Authentication, and for whom no deletion event was raised: the situation after
 * `deleteUsers` of the Admin SDK, which raises no events. The Auth emulator raises them, so this function deletes no
 * user but changes the uid in a token. The functions emulator does not verify signatures.
 */
async function deletedUnnoticed(): Promise<Person> {
  const { uid, idToken, ...rest } = await signUp(stack);
  const gone = `gone${uid.slice(4)}`;
  const [header = "", payload = ""] = idToken.split(".");
  const claims = Buffer.from(payload, "base64url").toString("utf8").replaceAll(uid, gone);
  return { ...rest, uid: gone, idToken: `${header}.${Buffer.from(claims).toString("base64url")}.` };
}

describe("a user whose deletion nobody was told", () => {
  test("is gone after the daily round with all that was theirs, and nobody else loses anything", async () => {
    const deleted = await deletedUnnoticed();
    const other = await signUp(stack);
    const { accountId } = await settle(db, deleted, lost, 2);
    await settle(db, other, stays);
    const google = await googleClientOf(control, stays);
    await google.events.insert({ calendarId: stays, requestBody: eventIn(24, "stays") });
    await until("the other's event", async () => (await summariesOf(db, other)).includes("stays"));
    expect(await traces(db, deleted.uid)).not.toEqual([]);

    await runSchedule(stack, "renewWatches");
    await runSchedule(stack, "backupSync");
    await until(
      "nothing of the deleted user",
      async () => (await traces(db, deleted.uid)).length === 0,
      120_000,
    );
    const watches = await db.collection("calendarSyncWatches").where("accountId", "==", accountId).get();
    expect(watches.size).toBe(0);
    const channels = await control.channels();
    expect(channels.filter(({ id, live }) => live && id.startsWith(accountId))).toEqual([]);
    expect(await summariesOf(db, other)).toContain("stays");
    await control.forgetRequests();
    await runSchedule(stack, "backupSync");
    await runSchedule(stack, "renewWatches");
    await google.events.insert({ calendarId: stays, requestBody: eventIn(48, "later") });
    await until("a later event", async () => (await summariesOf(db, other)).includes("later"));
    const requests = await control.requests();
    expect(requests.filter(({ path }) => path.includes("absent"))).toEqual([]);
  });
});
