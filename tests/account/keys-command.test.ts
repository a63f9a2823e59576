import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { connect } from "../../stack/client/connect.ts";
import { signUp } from "../../stack/client/users.ts";
import { stack } from "../running-stack.ts";
import { GooglePeople } from "./google-people.ts";
import { useStack } from "./shared-stack.ts";

const people = new GooglePeople();
const keeper = people.add("keeper");
const db = useStack(people);
const root = join(__dirname, "../..");

/** Runs `npm run keys` without its bootstrap script. */
function keys(args: readonly string[], input = ""): { code: number | null; printed: string } {
  const env = { ...process.env, TOKEN_ENCRYPTION_KEYS: "" };
  const ended = spawnSync(process.execPath, [join(root, "scripts/keys.ts"), ...args], {
    input,
    env,
    encoding: "utf8",
  });
  return { code: ended.status, printed: ended.stdout + ended.stderr };
}

describe("npm run keys", () => {
  test("check names an account that still needs an old key, until it is sealed anew", async () => {
    const accountId = await connect(await signUp(stack), keeper);
    expect(keys(["check", "--active", "local"])).toMatchObject({ code: 0 });
    await db.doc(`calendarSyncCredentials/${accountId}`).update({ keyId: "old" });
    const asked = keys(["check", "--active", "local"]);
    expect(asked).toMatchObject({ code: 1, printed: expect.stringContaining(`${accountId}  "old"`) });
    const { refreshToken } = (await db.doc(`calendarSyncCredentials/${accountId}`).get()).data() as {
      refreshToken: string;
    };
    expect(asked.printed).not.toContain(refreshToken);
    await db.doc(`calendarSyncCredentials/${accountId}`).update({ keyId: "local" });
    expect(keys(["check", "--active", "local"]).code).toBe(0);
  });

  test("new adds a key to the ring that it is given, and prints nothing of what is no ring", () => {
    const first = keys(["new"]);
    const second = keys(["new"], first.printed);
    expect(JSON.parse(second.printed)).toMatchObject({
      active: "k2",
      keys: (JSON.parse(first.printed) as { keys: object }).keys,
    });
    const refused = keys(["new"], '{"active":"k1","keys":{"k1":"tooshort"}}');
    expect(refused.code).toBe(2);
    expect(refused.printed).not.toContain("tooshort");
  });

  test("refuses what it does not know", () => {
    for (const args of [[], ["drop"], ["check", "more"], ["check", "--force"]])
      expect(keys(args).code).toBe(2);
  });
});
