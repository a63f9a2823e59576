import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import {
  createGoogleCalendarEmulator,
  type GoogleCalendarEmulator,
} from "../../emulators/google-calendar/src/index.ts";
import { createSyncStore } from "../../functions/src/firestore/sync-store.repository.ts";
import { createCalendarCaller } from "../../functions/src/google/calendar-client.ts";
import { createEventSource } from "../../functions/src/google/events.adapter.ts";
import type { AccessToken, AccessTokens } from "../../functions/src/ports/credentials.port.ts";
import type { GoogleFailure } from "../../functions/src/model/google-failure.ts";
import type { SyncPorts } from "../../functions/src/ports/sync.port.ts";
import { CountedCalls } from "../../functions/src/quota/counted-calls.fake.ts";
import type { SyncOutcome } from "../../functions/src/sync/sync-calendar.ts";
import { newState, SyncWorld, uid } from "../../functions/src/sync/testing/sync-world.fake.ts";
import { GoogleControl } from "../../stack/client/google-control.ts";
import { addCalendar, newCalendarKey, openFirestore } from "./firestore-store.ts";
import { databaseOf } from "../../functions/src/firestore/output.ts";

/*
 * All rows of the failure table (docs/architecture.md), with the real adapters, the official client library, the
 * local Google and Firestore.
 */
const db = openFirestore();
const email = "alice@example.com";
const eventsPath = "/events";
let google: GoogleCalendarEmulator;
let world: SyncWorld;
let control: GoogleControl;
let ports: SyncPorts;
let token: string;
/** The answer for the account's access token, and the number of requests for a new token. */
let tokens: { answer: AccessToken | GoogleFailure; replaced: number };

beforeAll(async () => {
  // The client library imports its default fetch dynamically, which Jest does not support. If there is a window, the
  // library uses the window's fetch.
  Object.assign(globalThis, { window: { fetch } });
  google = await createGoogleCalendarEmulator({ now: () => world.clock.now(), seed: 1 });
  control = new GoogleControl(google.url);
});
afterAll(async () => {
  await google.close();
});

const timed = (id: string, summary: string) => ({
  id,
  summary,
  start: { dateTime: "2026-02-02T09:00:00+01:00" },
  end: { dateTime: "2026-02-02T10:00:00+01:00" },
});

beforeEach(async () => {
  world = new SyncWorld({}, {}, newCalendarKey());
  google.reset();
  const events = [timed("event00001", "one"), timed("event00002", "two")];
  const calendar = { id: email, summary: "Work", timeZone: "Europe/Berlin", primary: true, events };
  await control.seed([{ email, calendars: [calendar] }]);
  token = (await control.tokens(email)).access_token;
  tokens = { answer: { kind: "token", token, grantId: "grant" }, replaced: 0 };
  const accessTokens: AccessTokens = {
    get: () => Promise.resolve(tokens.answer),
    replace: () => {
      tokens.replaced += 1;
      return Promise.resolve({ kind: "token", token, grantId: "grant" });
    },
  };
  ports = {
    ...world.ports,
    store: createSyncStore(databaseOf(db, "users")),
    events: createEventSource(createCalendarCaller(accessTokens, google.url, new CountedCalls())),
    accounts: {
      requireReauth: (accountId, { reason }) => {
        world.reauthRequired.push({ accountId, reason });
        return Promise.resolve("required");
      },
      noteRefusal: (...refusal) => world.ports.accounts.noteRefusal(...refusal),
      noteAccepted: accountId => world.ports.accounts.noteAccepted(accountId),
    },
  };
  await addCalendar(db, world.key, newState({ calendarId: email }));
  expect(await sync()).toBe("synced");
  await edit("changed");
});

async function edit(summary: string): Promise<void> {
  const answer = await fetch(`${google.url}/calendar/v3/calendars/${email}/events/event00001`, {
    method: "PATCH",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify({ summary }),
  });
  expect(answer.status).toBe(200);
}

/** Delivers a notification's task once, well after the task before it. */
async function sync(): Promise<SyncOutcome> {
  world.clock.advance(3_600);
  const stored = await ports.store.read(world.key);
  const id = `${world.key}-${world.queue.asked.length}`;
  await world.queue.syncCalendar(
    { calendarKey: world.key, epoch: stored?.state.epoch ?? 0, cause: "notification" },
    { id },
  );
  return await world.deliver(id, ports);
}
const summary = async (): Promise<unknown> =>
  (await db.doc(`users/${uid}/calendarEvents/${world.key}_event00001`).get()).get("summary");
const shown = async (): Promise<unknown> =>
  (await db.doc(`users/${uid}/calendars/${world.key}`).get()).get("sync");
const calls = async (): Promise<number> => {
  const log = await control.requests();
  return log.filter(({ path }) => path.includes(eventsPath)).length;
};
const fault = (change: object) => control.fault({ method: "GET", path: eventsPath, ...change });

describe("what may pass", () => {
  test.each([
    ["429", { status: 429, reason: "rateLimitExceeded" }, "rateLimited"],
    ["a rate limit that looks like 403", { status: 403, reason: "userRateLimitExceeded" }, "rateLimited"],
    ["a quota that is used up", { status: 403, reason: "quotaExceeded" }, "rateLimited"],
    ["503", { status: 503, reason: "backendError" }, "unavailable"],
    ["500", { status: 500, reason: "backendError" }, "unavailable"],
    ["a connection that breaks", { drop: true }, "unavailable"],
    ["a request that is wrong", { status: 400, reason: "badRequest" }, "badRequest"],
    ["an API that is switched off", { status: 403, reason: "accessNotConfigured" }, "operator"],
    ["a reason that nobody knows", { status: 403, reason: "somethingNew" }, "notUnderstood"],
    ["404 for a reason that is not known", { status: 404, reason: "somethingNew" }, "notUnderstood"],
    ["a fault of Google's under a 403", { status: 403, reason: "backendError" }, "unavailable"],
    ["a limit under another name", { status: 403, reason: "calendarUsageLimitsExceeded" }, "rateLimited"],
  ])("%s: back to the queue; no call before its time; then all is well", async (_what, what, reason) => {
    await fault(what);
    expect(await sync()).toBe("retry");
    const stored = await ports.store.read(world.key);
    expect(stored?.state).toMatchObject({ lease: null, failure: { reason, count: 1 }, active: true });
    expect(await shown()).toEqual({ phase: "live" });
    const before = await calls();
    expect(before).toBeLessThanOrEqual(4);
    expect(await sync()).toBe("retry");
    expect(await calls()).toBe(before);
    await control.clearFaults();
    world.clock.advance(750_000);
    expect(await sync()).toBe("synced");
    expect(await summary()).toBe("changed");
    expect((await ports.store.read(world.key))?.state.failure).toBeNull();
  });

  test("one that lasts is shown in a sentence, and goes away by itself", async () => {
    await fault({ status: 503, reason: "backendError" });
    for (let attempt = 0; attempt < 3; attempt++) {
      expect(await sync()).toBe("retry");
      world.clock.advance(10 * 60_000);
    }
    expect(await shown()).toEqual({
      phase: "error",
      message: expect.stringMatching(/^Google Calendar .*\.$/),
    });
    await control.clearFaults();
    expect(await sync()).toBe("synced");
    expect(await shown()).toEqual({ phase: "live" });
  });

  test("a moment of weakness costs nothing: the library asks once more", async () => {
    await fault({ status: 503, reason: "backendError", times: 1 });
    expect(await sync()).toBe("synced");
    expect(await summary()).toBe("changed");
  });
});

test("410: a full sync in the same task", async () => {
  await control.expireSyncTokens();
  expect(await sync()).toBe("synced");
  expect(await summary()).toBe("changed");
  expect(world.lastLine()).toMatchObject({ passes: 2, written: 1 });
});

describe("what only the user can help with", () => {
  test("401: one new access token, and on it goes", async () => {
    await fault({ status: 401, reason: "authError", times: 1 });
    expect(await sync()).toBe("synced");
    expect([tokens.replaced, await summary()]).toEqual([1, "changed"]);
  });

  test("401 even with a new one: it may pass, because the grant lives", async () => {
    await fault({ status: 401, reason: "authError" });
    expect(await sync()).toBe("retry");
    expect([tokens.replaced, world.reauthRequired]).toEqual([1, []]);
    expect((await ports.store.read(world.key))?.state).toMatchObject({
      active: true,
      failure: { reason: "tokenRefused", count: 1 },
    });
    await control.clearFaults();
    world.clock.advance(750_000);
    expect(await sync()).toBe("synced");
    expect(await summary()).toBe("changed");
  });

  test("a dead grant: consent again, without a call", async () => {
    tokens.answer = { kind: "failed", reason: "unauthorized", googleReason: "invalid_grant" };
    const before = await calls();
    expect(await sync()).toBe("reauthRequired");
    expect(await calls()).toBe(before);
  });

  test("a scope that is missing: consent again", async () => {
    await fault({ status: 403, reason: "insufficientPermissions" });
    expect(await sync()).toBe("reauthRequired");
    expect(world.reauthRequired).toMatchObject([{ reason: "insufficientPermissions" }]);
    expect((await ports.store.read(world.key))?.state.lease).toBeNull();
  });
});

describe("a calendar that was taken away", () => {
  test.each([
    ["is gone", { status: 404, reason: "notFound" }, /no longer exists/],
    ["may not be read", { status: 403, reason: "forbidden" }, /permission/],
  ])("%s: greyed, its watch stopped, no further call", async (_what, what, message) => {
    await fault(what);
    expect(await sync()).toBe("unavailable");
    expect(await shown()).toEqual({ phase: "unavailable", message: expect.stringMatching(message) });
    expect(world.queue.watchTasks).toEqual([{ calendarKey: world.key, action: "stop" }]);
    const before = await calls();
    expect(await sync()).toBe("inactive");
    expect(await calls()).toBe(before);
    expect(await summary()).toBe("one");
  });
});
