import { request } from "node:http";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { METHODS } from "../src/api/methods.ts";
import { ALICE, Harness } from "./harness.ts";
import { body, pick, random, rawThing, TEXTS } from "./random-bodies.ts";

/** FUZZ_REQUESTS=10000 is the nightly size. */
const REQUESTS = Number(process.env["FUZZ_REQUESTS"] ?? 1_000);

const harness = new Harness();
const mishaps: string[] = [];
beforeAll(async () => {
  await harness.start({ log: line => mishaps.push(line) });
});
afterAll(async () => {
  await harness.close();
});

function rawBody(): Buffer | string {
  switch (random.integer(0, 9)) {
    case 0:
      return Buffer.from(Array.from({ length: random.integer(0, 300) }, () => random.integer(0, 255)));
    case 1:
      return JSON.stringify(body(0)).slice(0, -3);
    case 2:
      return "[".repeat(random.integer(1, 20_000));
    case 3:
      return pick(["", "null", "7", '"text"', "[]", "{}"]);
    case 4:
      return random.chance(0.05) ? "x".repeat(6_000_000) : JSON.stringify({ summary: "y".repeat(200_000) });
    default:
      return JSON.stringify(body(0));
  }
}

const OTHER_PATHS = [
  "/token",
  "/revoke",
  "/o/oauth2/v2/auth",
  "/oauth2/v2/userinfo",
  "/v1/userinfo",
  "/tokeninfo",
  "/batch/calendar/v3",
  "/.well-known/openid-configuration",
  "/",
  "//",
  "/calendar/v3/",
  "/nothing",
  "/app.js",
];
const CONTROL_PATHS = [
  "sync-tokens/expire",
  "events/raw",
  "events/restore",
  "calendar-list/raw",
  "habits",
  "grants/revoke",
  "tokens",
  "splits",
  "requests",
  "channels",
  "state",
];

/** Changes the emulator's state through the control surface. Each call must succeed or be refused. */
async function disturb(): Promise<void> {
  const things = Array.from({ length: random.integer(1, 4) }, rawThing);
  const habit = {
    syncTokenExpiry: pick(["410", "400"]),
    freeBusyReaderEvents: pick(["forbidden", "withoutTitles", "withTitles"]),
    fullListOmitsExceptionsBeforeTimeMin: random.chance(0.5),
    masterMoveExceptions: pick(["cancel", "keep"]),
    deletionSendsExceptions: random.chance(0.5),
    restoreSendsExceptions: random.chance(0.5),
    restoreKeepsExceptions: random.chance(0.5),
    unknownValues: pick([true, false, { status: true, "attendees[].responseStatus": "x" }]),
  };
  const [name, payload] = pick([
    ["events/raw", { calendarId: ALICE, events: things }],
    ["calendar-list/raw", { email: ALICE, entries: things, merge: random.chance(0.5) }],
    ["events/restore", { calendarId: ALICE, eventId: pick(["series0a", "rawraw", ...TEXTS]) }],
    ["habits", habit],
  ] as const);
  const sent = JSON.stringify(payload);
  const answer = await send("POST", `/_emulator/${name}`, { "content-type": "application/json" }, sent);
  if (![200, 400].includes(answer.status))
    throw new Error(`${answer.status} for ${name} ${sent}\n${mishaps.join("\n")}`);
  const exported = await send("GET", "/_emulator/state", {}, "");
  if (exported.status !== 200) throw new Error(`${exported.status} for the state after ${name} ${sent}`);
}

function target(): { verb: string; path: string } {
  const choice = random.integer(0, 11);
  if (choice === 0) return { verb: pick(["GET", "POST", "PUT", "OPTIONS", "HEAD"]), path: pick(OTHER_PATHS) };
  if (choice === 1)
    return { verb: pick(["GET", "POST", "DELETE"]), path: `/_emulator/${pick(CONTROL_PATHS)}` };
  const method = pick(METHODS);
  const path = method.path.replaceAll(/\{\w+\}/g, () =>
    random.chance(0.7) ? "primary" : encodeURIComponent(pick(TEXTS)),
  );
  const verb = random.chance(0.9) ? method.verb : pick(["GET", "POST", "PUT", "PATCH", "DELETE"]);
  return { verb, path: `/calendar/v3/${path}` };
}

function query(): string {
  const names = METHODS.flatMap(method => Object.keys(method.params)).concat(
    "fields",
    "alt",
    "key",
    "prettyPrint",
    "quotaUser",
    "state",
    "scope",
  );
  const parts: string[] = [];
  for (let count = random.integer(0, 4); count > 0; count -= 1) {
    const text = pick(TEXTS);
    parts.push(
      `${pick(names)}=${random.chance(0.2) ? text.replaceAll(/[^\x21-\x7e]|#/g, "%") : encodeURIComponent(text)}`,
    );
  }
  return parts.join("&").replaceAll(" ", "+").slice(0, 8_000);
}

/** Sends one raw request. `status` is 0 if the connection was closed without an answer. */
async function send(
  verb: string,
  path: string,
  headers: Record<string, string>,
  payload: Buffer | string,
): Promise<{ status: number; text: string }> {
  return await new Promise(resolve => {
    const port = Number(new URL(harness.url).port);
    const outgoing = request({ host: "127.0.0.1", port, method: verb, path, headers }, response => {
      let text = "";
      response.on("data", (chunk: Buffer) => (text += chunk.toString()));
      response.on("end", () => {
        resolve({ status: response.statusCode ?? 0, text });
      });
    });
    outgoing.on("error", () => {
      resolve({ status: 0, text: "" });
    });
    outgoing.end(payload);
  });
}

test(`${REQUESTS} random requests: no crash, never 500, errors in Google's shape`, async () => {
  const token = await harness.token();
  const seen = new Map<number, number>();
  for (let index = 0; index < REQUESTS; index += 1) {
    if (index % 10 === 9) await disturb();
    const { verb, path } = target();
    const asked = query();
    const headers: Record<string, string> = {
      "content-type": pick([
        "application/json",
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/mixed; boundary=b",
        "application/json; charset=utf-16",
      ]),
      ...(random.chance(0.95)
        ? { authorization: `Bearer ${token}` }
        : { authorization: pick(["", "Basic x", "Bearer", "Bearer x y"]) }),
      ...(random.chance(0.1) ? { "if-match": pick(["*", '"1"', "nonsense", ""]) } : {}),
      ...(random.chance(0.05) ? { "x-http-method-override": pick(["PATCH", "TRACE", ""]) } : {}),
    };
    const payload = verb === "GET" || verb === "HEAD" ? "" : rawBody();
    const answer = await send(verb, asked === "" ? path : `${path}?${asked}`, headers, payload);
    seen.set(answer.status, (seen.get(answer.status) ?? 0) + 1);
    const context = `request ${index}: ${verb} ${path}?${asked} ${payload.toString().slice(0, 500)}`;
    if (answer.status === 500 || answer.status === 0)
      throw new Error(`${answer.status} for ${context}\n${mishaps.join("\n")}`);
    if (answer.status >= 400 && verb !== "HEAD" && path.startsWith("/calendar/v3/")) {
      const { error } = JSON.parse(answer.text) as { error: { code: number; errors: { reason: string }[] } };
      expect([context, error.code, typeof error.errors[0]?.reason]).toEqual([
        context,
        answer.status,
        "string",
      ]);
    }
    // The control surface must still answer.
    if (index % 100 === 99) await harness.control("GET", "clock");
  }
  expect(mishaps).toEqual([]);
  // Enough requests must have succeeded or failed with 400, so that the test reaches the API's methods.
  expect(seen.get(200) ?? 0).toBeGreaterThan(REQUESTS / 20);
  expect(seen.get(400) ?? 0).toBeGreaterThan(REQUESTS / 20);
}, 300_000);
