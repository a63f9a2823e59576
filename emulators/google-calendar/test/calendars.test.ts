import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import type { calendar_v3 } from "googleapis/build/src/apis/calendar";
import { ALICE, at, BOB, failure, listAll, TEAM, until, useHarness, Webhook, WORLD } from "./harness.ts";

const harness = useHarness();
let alice: calendar_v3.Calendar;
let bob: calendar_v3.Calendar;
let hook: Webhook;
beforeEach(async () => {
  alice = await harness.client();
  bob = await harness.client(BOB);
  hook = await new Webhook().start();
});
afterEach(async () => {
  await hook.close();
});

const channel = (id: string): calendar_v3.Schema$Channel => ({ id, type: "web_hook", address: hook.address });
const hooked = async (count: number): Promise<string[]> =>
  await until(`${count} messages`, () => (hook.received.length >= count ? hook.states : undefined));

describe("calendars", () => {
  test("insert, patch, update, delete of a secondary calendar", async () => {
    const { data } = await alice.calendars.insert({
      requestBody: { summary: "New", timeZone: "Asia/Tokyo", description: "d" },
    });
    const calendarId = data.id ?? "";
    expect(data).toMatchObject({
      kind: "calendar#calendar",
      summary: "New",
      timeZone: "Asia/Tokyo",
      dataOwner: ALICE,
    });
    expect(calendarId).toMatch(/@group\.calendar\.google\.com$/);
    expect((await alice.calendarList.get({ calendarId })).data.accessRole).toBe("owner");
    const patched = (await alice.calendars.patch({ calendarId, requestBody: { location: "Tokyo" } })).data;
    expect(patched).toMatchObject({ summary: "New", location: "Tokyo", description: "d" });
    expect(patched.etag).not.toBe(data.etag);
    const updated = (await alice.calendars.update({ calendarId, requestBody: { summary: "Only" } })).data;
    expect(updated).not.toHaveProperty("description");
    expect((await alice.calendars.delete({ calendarId })).status).toBe(204);
    expect(await failure(alice.events.list({ calendarId }))).toMatchObject({ status: 404 });
  });

  test("a calendar needs a title and a zone that exists", async () => {
    expect(await failure(alice.calendars.insert({ requestBody: {} }))).toMatchObject({
      status: 400,
      reason: "required",
    });
    expect(
      await failure(alice.calendars.insert({ requestBody: { summary: "x", timeZone: "Mars" } })),
    ).toMatchObject({ status: 400 });
  });

  test("a primary calendar cannot be deleted but cleared; a secondary one not cleared", async () => {
    expect(await failure(alice.calendars.delete({ calendarId: "primary" }))).toMatchObject({ status: 403 });
    await alice.events.insert({ calendarId: "primary", requestBody: at(9) });
    const { nextSyncToken } = await listAll(alice);
    await alice.calendars.clear({ calendarId: "primary" });
    expect((await listAll(alice)).items).toEqual([]);
    expect((await listAll(alice, { syncToken: nextSyncToken ?? "" })).items).toMatchObject([
      { status: "cancelled" },
    ]);
    expect(await failure(alice.calendars.clear({ calendarId: TEAM }))).toMatchObject({ status: 400 });
  });

  test("a reader may not change a calendar", async () => {
    expect(
      await failure(bob.calendars.patch({ calendarId: TEAM, requestBody: { summary: "x" } })),
    ).toMatchObject({ status: 403 });
  });

  test("a new time zone shows all times in it and is no change of events", async () => {
    await alice.events.insert({ calendarId: "primary", requestBody: at(9) });
    const { nextSyncToken } = await listAll(alice);
    await alice.calendars.patch({ calendarId: "primary", requestBody: { timeZone: "Asia/Tokyo" } });
    const { items } = await listAll(alice);
    expect(items[0]?.start?.dateTime).toBe("2026-01-05T18:00:00+09:00");
    expect((await listAll(alice, { syncToken: nextSyncToken ?? "" })).items).toEqual([]);
  });

  test("watchers of a deleted calendar get not_exists", async () => {
    const { data } = await alice.calendars.insert({ requestBody: { summary: "Soon gone" } });
    await alice.events.watch({ calendarId: data.id ?? "", requestBody: channel("c") });
    await alice.calendars.delete({ calendarId: data.id ?? "" });
    expect(await hooked(2)).toEqual(["sync", "not_exists"]);
  });

  test("transferOwnership and quickAdd say that they are not there", async () => {
    expect(
      await failure(
        alice.calendars.transferOwnership({ calendarId: TEAM, newDataOwner: BOB, useAdminAccess: true }),
      ),
    ).toMatchObject({ status: 501, reason: "notImplemented" });
    expect(
      await failure(alice.events.quickAdd({ calendarId: "primary", text: "Lunch tomorrow" })),
    ).toMatchObject({ status: 501, reason: "notImplemented" });
  });
});

describe("calendarList", () => {
  test("pages of at most 250, 100 by default, with a sync token at the end", async () => {
    const calendars = Array.from({ length: 260 }, (_, index) => ({
      id: `c${index}@group.calendar.google.com`,
      summary: `C${index}`,
    }));
    await harness.control("PUT", "state", { users: [{ email: ALICE, calendars }] });
    const first = (await alice.calendarList.list()).data;
    expect(first.items).toHaveLength(100);
    expect(first).not.toHaveProperty("nextSyncToken");
    expect((await alice.calendarList.list({ maxResults: 9_999 })).data.items).toHaveLength(250);
    const last = (
      await alice.calendarList.list({
        maxResults: 250,
        pageToken: (await alice.calendarList.list({ maxResults: 250 })).data.nextPageToken ?? "",
      })
    ).data;
    expect(last.items).toHaveLength(10);
    expect(last.nextSyncToken).toEqual(expect.any(String));
  });

  test("a delta has what was changed, hidden, added and removed", async () => {
    const syncToken = (await alice.calendarList.list()).data.nextSyncToken ?? "";
    await alice.calendarList.patch({
      calendarId: TEAM,
      requestBody: { hidden: true, summaryOverride: "My team" },
    });
    expect((await alice.calendarList.list()).data.items?.map(entry => entry.id)).not.toContain(TEAM);
    expect(
      (await alice.calendarList.list({ showHidden: true })).data.items?.map(entry => entry.id),
    ).toContain(TEAM);
    const delta = (await alice.calendarList.list({ syncToken })).data;
    expect(delta.items).toMatchObject([{ id: TEAM, hidden: true, summaryOverride: "My team" }]);
    await alice.calendarList.delete({ calendarId: TEAM });
    expect((await alice.calendarList.list({ syncToken })).data.items).toMatchObject([
      { id: TEAM, deleted: true },
    ]);
    expect(await failure(alice.calendarList.get({ calendarId: TEAM }))).toMatchObject({ status: 404 });
    await alice.calendarList.insert({ requestBody: { id: TEAM } });
    expect((await alice.calendarList.get({ calendarId: TEAM })).data.id).toBe(TEAM);
  });

  test("minAccessRole filters, and not beside a sync token", async () => {
    const syncToken = (await alice.calendarList.list()).data.nextSyncToken ?? "";
    expect((await alice.calendarList.list({ minAccessRole: "writer" })).data.items).toHaveLength(2);
    expect(await failure(alice.calendarList.list({ minAccessRole: "writer", syncToken }))).toMatchObject({
      status: 400,
      location: "minAccessRole",
    });
    await harness.control("POST", "sync-tokens/expire", {});
    expect(await failure(alice.calendarList.list({ syncToken }))).toMatchObject({
      status: 410,
      reason: "fullSyncRequired",
    });
  });

  test("colours: by index, and by RGB when the call says so", async () => {
    const byIndex = await alice.calendarList.patch({ calendarId: TEAM, requestBody: { colorId: "3" } });
    expect(byIndex.data).toMatchObject({ colorId: "3", backgroundColor: "#f83a22" });
    const rgb = await alice.calendarList.patch({
      calendarId: TEAM,
      colorRgbFormat: true,
      requestBody: { backgroundColor: "#010203", foregroundColor: "#ffffff" },
    });
    expect(rgb.data.backgroundColor).toBe("#010203");
    const { data } = await alice.colors.get();
    expect(Object.keys(data.calendar ?? {})).toHaveLength(24);
    expect(Object.keys(data.event ?? {})).toHaveLength(11);
  });

  test("the list can be watched", async () => {
    await alice.calendarList.watch({ requestBody: channel("list") });
    await alice.calendarList.patch({ calendarId: TEAM, requestBody: { selected: false } });
    expect(await hooked(2)).toEqual(["sync", "exists"]);
  });
});

describe("acl", () => {
  test("insert gives access, delete takes it, both end the calendar's sync tokens", async () => {
    expect(await failure(bob.events.list({ calendarId: ALICE }))).toMatchObject({ status: 404 });
    const before = (await listAll(alice)).nextSyncToken ?? "";
    const rule = (
      await alice.acl.insert({
        calendarId: "primary",
        requestBody: { role: "reader", scope: { type: "user", value: BOB } },
      })
    ).data;
    expect(rule).toMatchObject({ kind: "calendar#aclRule", id: `user:${BOB}`, role: "reader" });
    expect(await failure(alice.events.list({ calendarId: "primary", syncToken: before }))).toMatchObject({
      status: 410,
    });
    expect((await bob.events.list({ calendarId: ALICE })).data.accessRole).toBe("reader");
    await alice.acl.patch({ calendarId: "primary", ruleId: rule.id ?? "", requestBody: { role: "writer" } });
    expect((await bob.events.insert({ calendarId: ALICE, requestBody: at(9) })).data.creator).toEqual({
      email: BOB,
    });
    await alice.acl.delete({ calendarId: "primary", ruleId: rule.id ?? "" });
    expect(await failure(bob.events.list({ calendarId: ALICE }))).toMatchObject({ status: 404 });
  });

  test("list, get, deltas with role none, watch", async () => {
    const first = (await alice.acl.list({ calendarId: TEAM })).data;
    expect(first.items?.map(rule => [rule.id, rule.role])).toEqual([
      [`user:${ALICE}`, "owner"],
      [`user:${BOB}`, "reader"],
    ]);
    await alice.acl.watch({ calendarId: TEAM, requestBody: channel("acl") });
    await alice.acl.delete({ calendarId: TEAM, ruleId: `user:${BOB}` });
    expect(
      (await alice.acl.list({ calendarId: TEAM, syncToken: first.nextSyncToken ?? "" })).data.items,
    ).toMatchObject([{ id: `user:${BOB}`, role: "none" }]);
    expect(await failure(alice.acl.get({ calendarId: TEAM, ruleId: `user:${BOB}` }))).toMatchObject({
      status: 404,
    });
    expect(await hooked(2)).toEqual(["sync", "exists"]);
  });

  test("only an owner changes rules, and not the own one", async () => {
    expect(await failure(bob.acl.list({ calendarId: TEAM }))).toMatchObject({
      status: 403,
      reason: "requiredAccessLevel",
    });
    expect(await failure(alice.acl.delete({ calendarId: TEAM, ruleId: `user:${ALICE}` }))).toMatchObject({
      status: 403,
      reason: "cannotChangeOwnAcl",
    });
  });

  test("a domain and everyone can be given access", async () => {
    await alice.acl.insert({
      calendarId: "primary",
      requestBody: { role: "reader", scope: { type: "domain", value: "example.com" } },
    });
    expect((await bob.events.list({ calendarId: ALICE })).status).toBe(200);
    const rule = await alice.acl.insert({
      calendarId: "primary",
      requestBody: { role: "freeBusyReader", scope: { type: "default" } },
    });
    expect(rule.data.id).toBe("default");
    const update = await alice.acl.update({
      calendarId: "primary",
      ruleId: "default",
      requestBody: { role: "reader" },
    });
    expect(update.data.role).toBe("reader");
  });
});

describe("settings", () => {
  test("list, get, deltas, watch", async () => {
    const first = (await alice.settings.list()).data;
    expect(first.items?.find(setting => setting.id === "timezone")?.value).toBe("Europe/Berlin");
    expect((await alice.settings.get({ setting: "weekStart" })).data.value).toBe("0");
    expect(await failure(alice.settings.get({ setting: "nothing" }))).toMatchObject({ status: 404 });
    const [user, other] = WORLD.users;
    await harness.control("PUT", "state", { users: [{ ...user, settings: { locale: "de" } }, other] });
    expect((await alice.settings.list({ syncToken: first.nextSyncToken ?? "" })).data.items).toMatchObject([
      { id: "locale", value: "de" },
    ]);
    await alice.settings.watch({ requestBody: channel("settings") });
    expect(await hooked(1)).toEqual(["sync"]);
  });
});

describe("freebusy", () => {
  const query = async (
    body: calendar_v3.Schema$FreeBusyRequest,
  ): Promise<calendar_v3.Schema$FreeBusyResponse> =>
    (
      await alice.freebusy.query({
        requestBody: {
          timeMin: "2026-01-05T00:00:00Z",
          timeMax: "2026-01-06T00:00:00Z",
          items: [{ id: "primary" }],
          ...body,
        },
      })
    ).data;

  test("joins overlapping busy times, leaves out free and cancelled ones, expands series", async () => {
    const insert = async (body: calendar_v3.Schema$Event): Promise<unknown> =>
      await alice.events.insert({ calendarId: "primary", requestBody: body });
    await insert(at(9));
    await insert({ ...at(9), end: { dateTime: "2026-01-05T10:15:00Z" } });
    await insert({ ...at(12), transparency: "transparent" });
    await insert({
      start: { dateTime: "2026-01-01T14:00:00Z", timeZone: "UTC" },
      end: { dateTime: "2026-01-01T15:00:00Z", timeZone: "UTC" },
      recurrence: ["RRULE:FREQ=DAILY"],
    });
    const answer = await query({});
    expect(answer.calendars?.["primary"]?.busy).toEqual([
      { start: "2026-01-05T09:00:00Z", end: "2026-01-05T10:15:00Z" },
      { start: "2026-01-05T14:00:00Z", end: "2026-01-05T15:00:00Z" },
    ]);
    const shown = await query({ timeZone: "Asia/Kolkata" });
    expect(shown.calendars?.["primary"]?.busy?.[0]?.start).toBe("2026-01-05T14:30:00+05:30");
  });

  test("unknown calendars answer notFound, an empty range is refused, and more than 50 calendars", async () => {
    expect(
      (await query({ items: [{ id: "nobody@example.com" }] })).calendars?.["nobody@example.com"]?.errors,
    ).toEqual([{ domain: "global", reason: "notFound" }]);
    expect(await failure(query({ timeMax: "2026-01-05T00:00:00Z" }))).toMatchObject({
      status: 400,
      reason: "timeRangeEmpty",
    });
    expect(await failure(query({ items: Array.from({ length: 51 }, () => ({ id: ALICE })) }))).toMatchObject({
      status: 400,
      reason: "tooManyCalendarsRequested",
    });
  });
});
