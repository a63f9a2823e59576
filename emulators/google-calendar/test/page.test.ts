import { expect, test } from "@jest/globals";
import { ALICE, at, useHarness } from "./harness.ts";

const harness = useHarness();

test.each([
  ["/", "text/html"],
  ["/_page/app.js", "text/javascript"],
  ["/_page/week.js", "text/javascript"],
  ["/_page/style.css", "text/css"],
])("%s is served and names no other host", async (path, type) => {
  const answer = await harness.fetch(path);
  expect(answer.status).toBe(200);
  expect(answer.headers.get("content-type")).toContain(type);
  expect(answer.headers.get("content-security-policy")).toContain("default-src 'self'");
  expect(answer.text).not.toMatch(/https?:\/\//);
});

test("the overview has users, the week's events with series expanded, channels and requests", async () => {
  const alice = await harness.client();
  await alice.events.insert({ calendarId: "primary", requestBody: at(9, "One") });
  const gone = await alice.events.insert({ calendarId: "primary", requestBody: at(10, "Gone") });
  await alice.events.delete({ calendarId: "primary", eventId: gone.data.id ?? "" });
  const start = { dateTime: "2026-01-05T12:00:00Z", timeZone: "UTC" };
  const end = { dateTime: "2026-01-05T13:00:00Z", timeZone: "UTC" };
  await alice.events.insert({
    calendarId: "primary",
    requestBody: { summary: "Daily", start, end, recurrence: ["RRULE:FREQ=DAILY"] },
  });
  const query = new URLSearchParams({
    calendarId: ALICE,
    from: String(Date.UTC(2026, 0, 5)),
    to: String(Date.UTC(2026, 0, 8)),
  });
  const overview = await harness.control<{
    users: { calendars: { id: string; events: number; backgroundColor: string }[] }[];
    events: { summary: string }[];
    requests: { method: string }[];
  }>("GET", `overview?${query.toString()}`);
  expect(overview.events.map(event => event.summary)).toEqual(["One", "Daily", "Daily", "Daily"]);
  expect(overview.users[0]?.calendars[0]).toMatchObject({
    id: ALICE,
    events: 2,
    backgroundColor: "#4986e7",
  });
  expect(overview.requests.map(request => request.method)).toEqual(["POST", "POST", "DELETE", "POST"]);
});

test("an unknown calendar or an empty window has no events", async () => {
  expect(await harness.control("GET", "overview?calendarId=nobody&from=1&to=2")).toMatchObject({
    events: [],
  });
  expect(await harness.control("GET", `overview?calendarId=${ALICE}`)).toMatchObject({ events: [] });
});
