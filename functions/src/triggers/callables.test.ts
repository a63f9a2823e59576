import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import functionsTest from "firebase-functions-test";
import { confirmConnect } from "./confirm-connect.trigger.ts";
import { connectAccount } from "./connect-account.trigger.ts";
import { disconnectAccount } from "./disconnect-account.trigger.ts";
import { setCalendarEnabled } from "./set-calendar-enabled.trigger.ts";
import { setCalendarWindow } from "./set-calendar-window.trigger.ts";
import { syncNow } from "./sync-now.trigger.ts";

/*
 * The Emulator Suite does not verify the caller of a callable, so refusals are tested here. A refused call reads and
 * writes nothing: a call that was accepted by mistake would fail because Firestore is missing.
 */
const { wrap, cleanup } = functionsTest({ projectId: "demo-calendar-sync" });
const callables = {
  connectAccount,
  confirmConnect,
  disconnectAccount,
  setCalendarEnabled,
  setCalendarWindow,
  syncNow,
};
const names = Object.keys(callables) as (keyof typeof callables)[];
const params = {
  GOOGLE_CLIENT_ID: "client",
  FUNCTION_DEFAULT_REGION: "us-central1",
  PAST_WINDOW_DAYS: "30",
  RETENTION_DAYS: "400",
  HORIZON_DAYS: "400",
  MIN_PULL_INTERVAL_MS: "2000",
  UPGRADES_PER_HOUR: "500",
  DELEGATED_DOMAINS: "",
};

beforeAll(() => {
  Object.assign(process.env, params, { ENFORCE_APP_CHECK: "true" });
});
afterAll(() => {
  for (const name of [...Object.keys(params), "ENFORCE_APP_CHECK"]) Reflect.deleteProperty(process.env, name);
  cleanup();
});

async function codeOf(name: keyof typeof callables, request: object): Promise<unknown> {
  const call = wrap(callables[name]) as (request: object) => unknown;
  try {
    await call(request);
    return "answered";
  } catch (error) {
    return error instanceof Error && "code" in error ? error.code : error;
  }
}

const auth = (uid: string) => ({ uid, token: {} });
const app = { appId: "app", token: {} };

describe.each(names)("%s refuses", name => {
  test("a caller who is not signed in", async () => {
    expect(await codeOf(name, { data: {}, app })).toBe("unauthenticated");
  });

  test("a signed-in caller that is not the app, where App Check is asked for", async () => {
    expect(await codeOf(name, { data: {}, auth: auth("somebody") })).toBe("unauthenticated");
  });

  test.each([
    ["a list", []],
    ["text", "calendar"],
    ["unknown fields", { calendarKey: "k".repeat(22), enabled: true, accountId: "a".repeat(22), extra: 1 }],
    [
      "a path instead of a key",
      { calendarKey: "../../calendarSyncCredentials/x", accountId: "../x", returnTo: 7 },
    ],
  ])("%s as its data", async (_what, data) => {
    expect(await codeOf(name, { data, auth: auth("somebody"), app })).toBe("invalid-argument");
  });

  test("a caller who calls all the time", async () => {
    const codes: unknown[] = [];
    for (let call = 0; call < 100; call++) {
      codes.push(await codeOf(name, { data: [], auth: auth(`busy-${name}`), app }));
    }
    expect(new Set(codes)).toEqual(new Set(["invalid-argument", "resource-exhausted"]));
    expect(await codeOf(name, { data: [], auth: auth(`quiet-${name}`), app })).toBe("invalid-argument");
  });
});
