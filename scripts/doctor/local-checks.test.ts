import { describe, expect, test } from "@jest/globals";
import type { Opened, OpenAddress } from "./context.ts";
import { localChecks, localContext } from "./local-checks.ts";
import { runChecks, type Result } from "./run-checks.ts";

/** The checks that ask over HTTP only. */
const overHttp = localChecks.filter(({ id }) => !["watches", "accounts", "syncs"].includes(id));

const answer = (status: number): Opened => ({ kind: "answer", status, location: "", text: "" });

/** A healthy stack, as far as the doctor asks. Emulators read the user from a token without a signature. */
const healthy: OpenAddress = async (url, init = {}) => {
  const { pathname } = new URL(url);
  const token = new Headers(init.headers).get("authorization")?.split(".")[1] ?? "";
  const statusOf = (): number => {
    if (pathname.endsWith("/calendarWebhook")) return init.method === "POST" ? 404 : 405;
    if (pathname.endsWith("/oauthCallback")) return 400;
    if (pathname.endsWith("/syncNow")) return 401;
    if (!pathname.includes("/documents/")) return 200;
    const { sub } = JSON.parse(Buffer.from(token, "base64url").toString("utf8")) as { sub: string };
    return pathname.includes(`/documents/users/${sub}/`) ? 404 : 403;
  };
  return await Promise.resolve(answer(statusOf()));
};

async function examine(open: OpenAddress): Promise<Result[]> {
  return await runChecks(overHttp, { ...localContext({}), open }, () => undefined);
}

describe("the local stack", () => {
  test("is healthy", async () => {
    expect((await examine(healthy)).filter(({ level }) => level !== "ok")).toEqual([]);
  });

  test("does not run: how it is started is said", async () => {
    const results = await examine(async () => await Promise.resolve({ kind: "none", code: "ECONNREFUSED" }));
    const wrong = results.filter(({ level }) => level === "wrong");
    expect(wrong.map(({ id }) => id)).toEqual(["google", "auth", "firestore", "webhook", "queues", "page"]);
    for (const each of wrong)
      expect(each).toMatchObject({ remedies: [expect.stringContaining("npm start")] });
  });

  test.each([
    ["/documents/calendarSyncCredentials/", 404, "rules", "doctor may read calendarSyncCredentials/none"],
    ["/documents/users/doctor/", 403, "rules", "doctor may not read users/doctor/calendarEvents/none"],
    ["/oauthCallback", 500, "callback", "the function fails"],
    ["/syncNow", 200, "callables", "syncNow answers 200 without a sign-in"],
  ])("%s answers %i: named", async (part, status, id, says) => {
    const results = await examine(async (url, init) =>
      url.includes(part) ? answer(status) : await healthy(url, init),
    );
    expect(results.find(each => each.id === id)).toMatchObject({
      level: "wrong",
      text: expect.stringContaining(says),
    });
  });

  test("is where the environment says", () => {
    const { stack } = localContext({ FUNCTIONS_URL: "http://127.0.0.1:5101/p/r" });
    expect(stack.FUNCTIONS_URL).toBe("http://127.0.0.1:5101/p/r");
    expect(stack.HOSTING_URL).toBe("http://127.0.0.1:5000");
  });
});
