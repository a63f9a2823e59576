import { describe, expect, test } from "@jest/globals";
import { settle, summariesOf, useStack } from "./shared-stack.ts";
import {
  atGoogle,
  eventIn,
  google,
  GooglePeople,
  type Person,
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

/**
 * A user who does not exist in Authentication, and for whom no deletion event was raised: the situation after
 * `deleteUsers` of the Admin SDK, which raises no events. The Auth emulator raises them, so this function deletes no
 * user but changes the uid in a token. The functions emulator does not verify signatures.
 */
async function deletedUnnoticed(): Promise<Person> {
  const { uid, idToken } = await signUp();
  const gone = `gone${uid.slice(4)}`;
  const [header = "", payload = ""] = idToken.split(".");
  const claims = Buffer.from(payload, "base64url").toString("utf8").replaceAll(uid, gone);
  return { uid: gone, idToken: `${header}.${Buffer.from(claims).toString("base64url")}.` };
}

describe("a user whose deletion nobody was told", () => {
  test("is gone after the daily round with all that was theirs, and nobody else loses anything", async () => {
    const deleted = await deletedUnnoticed();
    const other = await signUp();
    const { accountId } = await settle(db, deleted, lost, 2);
    await settle(db, other, stays);
    await atGoogle(stays, "POST", `calendars/${stays}/events`, eventIn(24, "stays"));
    await until("the other's event", async () => (await summariesOf(db, other)).includes("stays"));
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
