import { describe, expect, test } from "@jest/globals";
import { judgeUnknownChannel, judgeWebhookGet } from "./addresses.ts";
import type { Opened } from "./context.ts";

const remedies = { invoker: "the invoker", region: "the region", logs: "the logs" };
const url = "https://hook.example.com/calendarWebhook";
const answer = (status: number): Opened => ({ kind: "answer", status, location: "", text: "" });

describe("the webhook from outside", () => {
  test.each<[Opened, string, string]>([
    [answer(405), "ok", "405"],
    [answer(403), "wrong", "may not be called by everybody"],
    [answer(404), "wrong", "no such function"],
    [answer(429), "warning", "no instance was free"],
    [answer(500), "wrong", "the function fails"],
    [answer(200), "wrong", "another program answers there"],
    [{ kind: "none", code: "CERT_HAS_EXPIRED" }, "wrong", "hook.example.com: the certificate is not valid"],
    [{ kind: "none", code: "ERR_TLS_CERT_ALTNAME_INVALID" }, "wrong", "certificate"],
    [{ kind: "none", code: "DEPTH_ZERO_SELF_SIGNED_CERT" }, "wrong", "certificate"],
    [{ kind: "none", code: "UNABLE_TO_VERIFY_LEAF_SIGNATURE" }, "wrong", "certificate"],
    [{ kind: "none", code: "ENOTFOUND" }, "wrong", "hook.example.com: the name does not resolve"],
    [{ kind: "none", code: "ECONNREFUSED" }, "wrong", "refuses the connection"],
    [{ kind: "none", code: "time-out" }, "unknown", "did not answer (time-out)"],
  ])("%j is %s", async (opened, level, says) => {
    const found = await judgeWebhookGet(async () => await Promise.resolve(opened), url, remedies);
    expect(found).toMatchObject({ level, text: expect.stringContaining(says) });
    expect(found.remedies.length > 0).toBe(level === "wrong" || level === "warning");
  });

  test("an unknown channel is posted in the form of ours", async () => {
    const sent: RequestInit[] = [];
    const found = await judgeUnknownChannel(
      async (_, init = {}) => {
        sent.push(init);
        return await Promise.resolve(answer(404));
      },
      url,
      remedies,
    );
    expect(found.level).toBe("ok");
    expect(sent).toMatchObject([
      { method: "POST", headers: { "X-Goog-Channel-ID": expect.stringMatching(/^[\w-]{22}-[\w-]{22}$/) } },
    ]);
  });
});
