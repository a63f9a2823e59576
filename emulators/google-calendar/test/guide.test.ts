import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { createGoogleCalendarEmulator, type GoogleCalendarEmulator } from "google-calendar-emulator";
import * as google from "@googleapis/calendar";

let emulator: GoogleCalendarEmulator;
let calendar: google.calendar_v3.Calendar;

beforeAll(async () => {
  emulator = await createGoogleCalendarEmulator({ port: 0 });
});
afterAll(async () => {
  await emulator.close();
});
beforeEach(async () => {
  emulator.reset();
  emulator.load({
    users: [
      {
        email: "ada@example.com",
        calendars: [{ id: "ada@example.com", summary: "Ada", timeZone: "Europe/London", primary: true }],
      },
    ],
  });
  calendar = calendarFor(await signIn("ada@example.com"));
});

function oauthClient() {
  return new google.auth.OAuth2({
    clientId: "any",
    clientSecret: "any",
    redirectUri: "http://127.0.0.1:3000/callback",
    endpoints: {
      oauth2AuthBaseUrl: `${emulator.url}/o/oauth2/v2/auth`,
      oauth2TokenUrl: `${emulator.url}/token`,
      oauth2RevokeUrl: `${emulator.url}/revoke`,
    },
    transporterOptions: { fetchImplementation: fetch },
  });
}

/** Gives consent as a user would in the browser, and exchanges the code for tokens. */
async function signIn(email: string) {
  const oauth = oauthClient();
  const consent = oauth.generateAuthUrl({
    access_type: "offline",
    scope: "https://www.googleapis.com/auth/calendar",
  });
  const answer = await fetch(consent, {
    method: "POST",
    redirect: "manual",
    body: new URLSearchParams({ email, decision: "allow" }),
  });
  const code = new URL(answer.headers.get("location") ?? "").searchParams.get("code");
  const { tokens } = await oauth.getToken(code ?? "");
  oauth.setCredentials(tokens);
  return oauth;
}

function calendarFor(auth: Awaited<ReturnType<typeof signIn>>) {
  return google.calendar({
    version: "v3",
    auth,
    rootUrl: `${emulator.url}/`,
    fetchImplementation: fetch,
  });
}

/** Calls the control surface. */
async function control(call: string, body: object) {
  const answer = await fetch(`${emulator.url}/_emulator/${call}`, {
    method: "POST",
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${call}: ${await answer.text()}`);
}

async function insertLunch() {
  return await calendar.events.insert({
    calendarId: "primary",
    requestBody: {
      summary: "Lunch",
      start: { dateTime: "2026-03-02T12:00:00Z" },
      end: { dateTime: "2026-03-02T13:00:00Z" },
    },
  });
}

test("a sync token lists what changed, until it expires", async () => {
  const { data: all } = await calendar.events.list({ calendarId: "primary" });
  const syncToken = all.nextSyncToken ?? "";
  await insertLunch();
  const { data: delta } = await calendar.events.list({ calendarId: "primary", syncToken });
  expect(delta.items?.map(event => event.summary)).toEqual(["Lunch"]);

  await control("sync-tokens/expire", {});
  await expect(calendar.events.list({ calendarId: "primary", syncToken })).rejects.toMatchObject({
    status: 410,
  });
});

test("a change is pushed to a webhook on this machine", async () => {
  const states: unknown[] = [];
  let onChange = (): void => undefined;
  const changed = new Promise<void>(resolve => {
    onChange = resolve;
  });
  const webhook = createServer((request, response) => {
    states.push(request.headers["x-goog-resource-state"]);
    response.writeHead(204).end();
    if (states.includes("exists")) onChange();
  });
  await new Promise<void>(resolve => webhook.listen(0, "127.0.0.1", resolve));
  try {
    const { port } = webhook.address() as AddressInfo;
    await calendar.events.watch({
      calendarId: "primary",
      requestBody: { id: "channel-1", type: "web_hook", address: `http://127.0.0.1:${port}/hook` },
    });
    await insertLunch();
    await changed;
    expect(states).toEqual(["sync", "exists"]);
  } finally {
    webhook.closeAllConnections();
    webhook.close();
  }
}, 10_000);

test("a fault is answered once", async () => {
  await control("faults", { path: "/events", status: 403, reason: "rateLimitExceeded", times: 1 });
  await expect(insertLunch()).rejects.toMatchObject({ status: 403 });
  expect((await insertLunch()).data.summary).toBe("Lunch");
});
