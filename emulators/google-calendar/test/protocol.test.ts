import { beforeEach, describe, expect, test } from "@jest/globals";
import type { calendar_v3 } from "googleapis/build/src/apis/calendar";
import { ALICE, at, BOB, failure, listAll, TEAM, useHarness } from "./harness.ts";

const harness = useHarness();
let alice: calendar_v3.Calendar;
let bob: calendar_v3.Calendar;
beforeEach(async () => {
  alice = await harness.client();
  bob = await harness.client(BOB);
});

const insert = async (requestBody: calendar_v3.Schema$Event): Promise<calendar_v3.Schema$Event> =>
  (await alice.events.insert({ calendarId: "primary", requestBody })).data;
const summaries = async (
  params: calendar_v3.Params$Resource$Events$List,
): Promise<(string | null | undefined)[]> => (await listAll(alice, params)).items.map(event => event.summary);

describe("privacy and bodies", () => {
  test("a reader sees that a private event is there, and nothing of it", async () => {
    await alice.events.insert({
      calendarId: TEAM,
      requestBody: { ...at(9, "Secret"), visibility: "private", description: "hush" },
    });
    const { items } = await listAll(bob, { calendarId: TEAM });
    expect(items).toHaveLength(1);
    expect(items[0]).toMatchObject({
      visibility: "private",
      start: { dateTime: "2026-01-05T04:00:00-05:00" },
    });
    expect(JSON.stringify(items)).not.toMatch(/Secret|hush/);
  });

  test("a freeBusyReader may not list", async () => {
    await alice.acl.insert({
      calendarId: "primary",
      requestBody: { role: "freeBusyReader", scope: { type: "user", value: BOB } },
    });
    expect(await failure(bob.events.list({ calendarId: ALICE }))).toMatchObject({
      status: 403,
      reason: "requiredAccessLevel",
    });
  });

  test("wrong types name the field; JSON that is none is parseError; reminders exclude one another", async () => {
    expect(await failure(insert({ ...at(9), summary: 7 as unknown as string }))).toMatchObject({
      status: 400,
      message: "Invalid value for: summary",
    });
    expect(await failure(insert({ ...at(9), attendees: [{ email: "no mail" }] }))).toMatchObject({
      status: 400,
      message: "Invalid value for: attendees.0.email",
    });
    expect(
      await failure(
        insert({ ...at(9), reminders: { useDefault: true, overrides: [{ method: "popup", minutes: 1 }] } }),
      ),
    ).toMatchObject({ status: 400, reason: "cannotUseDefaultRemindersAndSpecifyOverride" });
    const raw = await harness.fetch("/calendar/v3/calendars/primary/events", {
      method: "POST",
      body: "{",
      headers: { authorization: `Bearer ${await harness.token()}` },
    });
    expect(raw).toMatchObject({ status: 400, json: { error: { errors: [{ reason: "parseError" }] } } });
  });

  test("an event type cannot change; a lower sequence is refused on update", async () => {
    const event = await insert(at(9));
    const eventId = event.id ?? "";
    await alice.events.patch({ calendarId: "primary", eventId, requestBody: { start: at(8).start ?? {} } });
    expect(
      await failure(
        alice.events.patch({ calendarId: "primary", eventId, requestBody: { eventType: "focusTime" } }),
      ),
    ).toMatchObject({ status: 400 });
    expect(
      await failure(
        alice.events.update({ calendarId: "primary", eventId, requestBody: { ...at(9), sequence: 0 } }),
      ),
    ).toMatchObject({ status: 400 });
    expect(await failure(insert({ ...at(9), eventType: "fromGmail" }))).toMatchObject({ status: 400 });
  });

  test("unknown paths are 404, known ones with another method 405", async () => {
    const call = async (path: string, method: string): Promise<number> =>
      (await harness.fetch(`/calendar/v3/${path}`, { method })).status;
    expect(await call("nothing", "GET")).toBe(404);
    expect(await call("colors", "POST")).toBe(405);
    expect(await call("calendars/%E0%A4%A/events", "GET")).toBe(400);
  });
});

describe("batch", () => {
  test("each part is answered for itself, in order, with its id", async () => {
    const parts = [
      ["GET", "/calendar/v3/users/me/calendarList/primary", ""],
      ["POST", "/calendar/v3/calendars/primary/events", JSON.stringify(at(9, "From a batch"))],
      ["GET", "/calendar/v3/calendars/primary/events/nothing12", ""],
    ];
    const body = parts
      .map(
        ([method, path, json], index) =>
          `--b1\r\nContent-Type: application/http\r\nContent-ID: <part-${index}>\r\n\r\n${method} ${path}\r\nContent-Type: application/json\r\n\r\n${json}\r\n`,
      )
      .join("");
    const answer = await harness.fetch("/batch/calendar/v3", {
      method: "POST",
      headers: {
        authorization: `Bearer ${await harness.token()}`,
        "content-type": "multipart/mixed; boundary=b1",
      },
      body: `${body}--b1--`,
    });
    expect(answer.status).toBe(200);
    expect(answer.text.match(/HTTP\/1\.1 \d+/g)).toEqual(["HTTP/1.1 200", "HTTP/1.1 200", "HTTP/1.1 404"]);
    expect(answer.text.match(/Content-ID: \S+/g)).toEqual([
      "Content-ID: <response-part-0>",
      "Content-ID: <response-part-1>",
      "Content-ID: <response-part-2>",
    ]);
    expect(await summaries({})).toEqual(["From a batch"]);
  });

  test("more than 50 parts, or no multipart body, are 400", async () => {
    const headers = { "content-type": "multipart/mixed; boundary=b" };
    const many = "--b\r\n\r\nGET /calendar/v3/colors\r\n".repeat(51);
    expect(
      (await harness.fetch("/batch/calendar/v3", { method: "POST", headers, body: `${many}--b--` })).status,
    ).toBe(400);
    expect((await harness.fetch("/batch/calendar/v3", { method: "POST", body: "x" })).status).toBe(400);
  });
});

describe("quotas", () => {
  test("above a user's quota 403 userRateLimitExceeded, until the minute has passed", async () => {
    await harness.control("POST", "habits", { quotas: { perUserPerMinute: 3 } });
    for (let index = 0; index < 3; index += 1) await alice.colors.get();
    expect(await failure(alice.colors.get())).toMatchObject({
      status: 403,
      reason: "userRateLimitExceeded",
      domain: "usageLimits",
    });
    expect((await bob.colors.get()).status).toBe(200);
    await harness.control("POST", "clock", { advanceMs: 61_000 });
    expect((await alice.colors.get()).status).toBe(200);
  });

  test("above the project's quota everyone waits; as 429 where that is chosen; quotaUser counts for itself", async () => {
    await harness.control("POST", "habits", { quotas: { perProjectPerMinute: 2, status: 429 } });
    await alice.colors.get();
    await bob.colors.get();
    expect(await failure(bob.colors.get())).toMatchObject({ status: 429, reason: "rateLimitExceeded" });
    await harness.control("POST", "habits", { quotas: { perUserPerMinute: 1 } });
    await alice.colors.get({ quotaUser: "a" });
    expect((await alice.colors.get({ quotaUser: "b" })).status).toBe(200);
    expect(await failure(alice.colors.get({ quotaUser: "a" }))).toMatchObject({ status: 403 });
  });
});
