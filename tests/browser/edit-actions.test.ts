import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { Locator, Page } from "playwright-core";
import { seriesPath, type EventDocument } from "@firestore-calendar-sync/client";
import { until } from "../../stack/client/until.ts";
import { accessibilityProblems } from "./accessibility.ts";
import { describeInBrowser, type OpenPage } from "./browser.ts";
import { standInFunctions, type StandInFunctions } from "./event-functions.ts";
import { connectAdmin, keys, timedEvent, type UserData } from "./user-data.ts";

let admin: ReturnType<typeof connectAdmin>;
beforeAll(() => {
  admin = connectAdmin();
});
afterAll(async () => {
  await admin.close();
});

interface Opened {
  readonly page: Page;
  readonly data: UserData;
  readonly functions: StandInFunctions;
}

/** Opens the day view with events of one hour, one after the other from one o'clock on. The viewer's zone is UTC. */
async function openWith(
  open: OpenPage,
  as: string,
  events: Readonly<Record<string, Partial<EventDocument>>>,
  options: object = {},
): Promise<Opened> {
  const page = await open({ as, ...options });
  const functions = await standInFunctions(page);
  const data = await admin.of(as);
  await Promise.all([data.account(), data.calendar(keys.own)]);
  const entries = Object.entries(events);
  await Promise.all(
    entries.map(([id, change], n) => data.event(id, { ...timedEvent(id, n + 1, 1), ...change })),
  );
  await page.getByRole("button", { name: "Day", exact: true }).click();
  for (const [id] of entries) await eventWith(page, id).waitFor();
  return { page, data, functions };
}

function eventWith(page: Page, id: string): Locator {
  return page.locator(`[data-event$="_${id}"]`).first();
}

async function detailsOf(page: Page, id: string): Promise<Locator> {
  await eventWith(page, id).click();
  const details = page.locator("dialog.details");
  await details.waitFor();
  return details;
}

/** Three occurrences today, so that one view shows all. */
function occurrences(): Record<string, Partial<EventDocument>> {
  const of = (id: string, hour: number) => ({
    summary: id,
    recurringEventId: "series",
    originalStart: timedEvent(id, hour, 1).start,
  });
  return { one: of("one", 1), two: of("two", 2), three: of("three", 3) };
}

async function storeSeries({ db, uid }: UserData): Promise<void> {
  const { start, end } = timedEvent("series", 1, 1);
  await db.doc(seriesPath(uid, keys.own, "series")).set({
    calendarKey: keys.own,
    seriesId: "series",
    start,
    end,
    allDay: false,
    timeZone: "UTC",
    recurrence: ["RRULE:FREQ=DAILY;COUNT=3"],
    rule: { freq: "DAILY", interval: 1, count: 3 },
  });
}

describeInBrowser("a deletion", open => {
  test("can be undone by keyboard, and is not sent then", async () => {
    const { page, functions } = await openWith(open, "undo", { going: {}, staying: {} });
    await (await detailsOf(page, "going")).getByRole("button", { name: "Delete" }).click();
    await eventWith(page, "going").waitFor({ state: "detached" });
    const undo = page.getByRole("button", { name: "Undo" });
    await page.getByRole("status").getByText("“going” was deleted.").waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
    // Escape closes dialogs only.
    await page.keyboard.press("Escape");
    await page.waitForFunction("document.activeElement.textContent === 'Undo'");
    await page.keyboard.press("Enter");
    await eventWith(page, "going").waitFor();
    expect(await undo.count()).toBe(0);
    expect(await page.evaluate("document.activeElement.id")).toBe("grid");
    await page.waitForTimeout(5500);
    expect(functions.sent).toEqual([]);
  });

  test("is sent after five seconds", async () => {
    const { page, functions } = await openWith(open, "deletion", { going: {} });
    await (await detailsOf(page, "going")).getByRole("button", { name: "Delete" }).click();
    await page.getByRole("button", { name: "Undo" }).waitFor();
    expect(functions.sent).toEqual([]);
    expect(await functions.taken("deleteEvent")).toEqual({
      calendarKey: keys.own,
      eventId: "going",
      etag: '"1"',
    });
    await page.getByRole("button", { name: "Undo" }).waitFor({ state: "detached" });
    expect(await eventWith(page, "going").count()).toBe(0);
  });

  test("arrives at the functions if the user leaves the page meanwhile", async () => {
    const received: unknown[] = [];
    const server = createServer((request, response) => {
      for (const name of ["origin", "headers", "methods"])
        response.setHeader(`access-control-allow-${name}`, "*");
      request.on("data", (body: Buffer) => received.push(JSON.parse(body.toString())));
      request.on("end", () => response.end('{"result":{}}'));
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    // A page that is gone makes no requests that the browser's own tools could still answer.
    const elsewhere = `const own = fetch;
      window.fetch = (url, init) =>
        own(String(url).endsWith("/deleteEvent") ? "http://127.0.0.1:${port}/deleteEvent" : url,
          { ...init, headers: { "content-type": "application/json" } });`;
    const { page } = await openWith(open, "leaving", { going: {} });
    await page.evaluate(elsewhere);
    await (await detailsOf(page, "going")).getByRole("button", { name: "Delete" }).click();
    await page.getByRole("button", { name: "Undo" }).waitFor();
    await page.unrouteAll();
    await page.goto("about:blank");
    const sent = await until("the deletion arrives", () => Promise.resolve(received[0]), 10_000);
    server.close();
    expect(sent).toMatchObject({ data: { eventId: "going" } });
  });

  test("that is refused brings the event back and says why", async () => {
    const { page, functions } = await openWith(open, "undeletable", { going: {} });
    functions.refuse({ status: "ABORTED", message: "Changed.", reason: "changedMeanwhile" });
    await (await detailsOf(page, "going")).getByRole("button", { name: "Delete" }).click();
    await page.getByRole("alert").getByText("This event has changed meanwhile.").waitFor();
    await eventWith(page, "going").waitFor();
  });
});

describeInBrowser("a change of a series", open => {
  test("asks what goes, and hides exactly that", async () => {
    const { page, functions } = await openWith(open, "series-delete", occurrences());
    await (await detailsOf(page, "two")).getByRole("button", { name: "Delete" }).click();
    const question = page.getByRole("dialog", { name: "Delete repeating event" });
    await question.waitFor();
    expect(await question.getByRole("radio").count()).toBe(3);
    expect(await accessibilityProblems(page)).toEqual([]);
    // The first choice has the focus.
    await page.keyboard.press("ArrowDown");
    await question.getByRole("button", { name: "Delete" }).click();
    await eventWith(page, "three").waitFor({ state: "detached" });
    expect(await eventWith(page, "two").count()).toBe(0);
    expect(await eventWith(page, "one").count()).toBe(1);
    await page.getByText("“two” and all later ones were deleted.").waitFor();
    expect(await functions.taken("deleteEvent")).toMatchObject({ eventId: "two", scope: "following" });

    // The sync has brought nothing yet. The next change is based on what this one has made.
    await (await detailsOf(page, "one")).getByRole("button", { name: "Delete" }).click();
    await question.getByLabel("All events").check();
    await question.getByRole("button", { name: "Delete" }).click();
    const all = { eventId: "one", etag: '"3"', scope: "all" };
    expect(await functions.taken("deleteEvent")).toMatchObject(all);
  });

  test("can be cancelled, which keeps the form", async () => {
    const { page, data, functions } = await openWith(open, "series-edit", occurrences());
    await storeSeries(data);
    await (await detailsOf(page, "two")).getByRole("button", { name: "Edit" }).click();
    const form = page.getByRole("dialog", { name: "Edit event" });
    expect(
      await form.getByRole("combobox", { name: "Repeats" }).locator("option:checked").textContent(),
    ).toBe("Daily, 3 times");
    await form.getByLabel("Where").fill("Room Blue");
    await form.getByRole("button", { name: "Save" }).click();
    const question = page.getByRole("dialog", { name: "Change repeating event" });
    await question.getByRole("button", { name: "Cancel" }).click();
    await question.waitFor({ state: "detached" });
    expect(await form.getByLabel("Where").inputValue()).toBe("Room Blue");
    expect(functions.sent).toEqual([]);
    await form.getByRole("button", { name: "Save" }).click();
    await question.getByLabel("All events").check();
    await question.getByRole("button", { name: "OK" }).click();
    expect(await functions.taken("updateEvent")).toEqual({
      calendarKey: keys.own,
      eventId: "two",
      etag: '"1"',
      scope: "all",
      changes: { location: "Room Blue" },
    });
  });

  test("of the rule is never of one event only", async () => {
    const { page, data, functions } = await openWith(open, "series-rule", occurrences());
    await storeSeries(data);
    await (await detailsOf(page, "two")).getByRole("button", { name: "Edit" }).click();
    const form = page.getByRole("dialog", { name: "Edit event" });
    await form.getByRole("combobox", { name: "Repeats" }).selectOption({ label: "Daily" });
    await form.getByRole("button", { name: "Save" }).click();
    const question = page.getByRole("dialog", { name: "Change repeating event" });
    await question.getByLabel("This and following events").waitFor();
    expect(await question.getByRole("radio").count()).toBe(2);
    await question.getByRole("button", { name: "OK" }).click();
    expect(await functions.taken("updateEvent")).toMatchObject({
      scope: "following",
      changes: { recurrence: ["RRULE:FREQ=DAILY"] },
    });
  });
});

describeInBrowser("an invitation", open => {
  const invited = {
    organizer: { email: "ada@example.com" },
    attendees: [
      { email: "ada@example.com", organizer: true, responseStatus: "accepted" },
      { email: "tester@example.com", self: true, responseStatus: "needsAction" },
    ],
    selfResponse: "needsAction",
  };

  test.each([
    ["Yes", "accepted"],
    ["Maybe", "tentative"],
    ["No", "declined"],
  ])("is answered with %s, and cannot be changed otherwise", async (words, response) => {
    const { page, functions } = await openWith(open, `answer-${response}`, { invited });
    const details = await detailsOf(page, "invited");
    expect(await details.getByRole("button", { name: /Edit|Delete/ }).count()).toBe(0);
    expect(await accessibilityProblems(page)).toEqual([]);
    await details.getByRole("group", { name: "Going?" }).getByRole("button", { name: words }).click();
    expect(await functions.taken("respondToEvent")).toEqual({
      calendarKey: keys.own,
      eventId: "invited",
      response,
    });
  });

  test("to a series is answered for one event or for all", async () => {
    const { page, functions } = await openWith(open, "answer-series", {
      invited: { ...invited, recurringEventId: "series" },
    });
    const details = await detailsOf(page, "invited");
    await details.getByRole("button", { name: "Yes" }).click();
    const question = page.getByRole("dialog", { name: "Answer for repeating event" });
    await question.getByLabel("All events").check();
    expect(await question.getByRole("radio").count()).toBe(2);
    await question.getByRole("button", { name: "OK" }).click();
    expect(await functions.taken("respondToEvent")).toMatchObject({ response: "accepted", scope: "all" });
  });

  test("whose guests may change it can be edited, and a read-only calendar's events cannot", async () => {
    const { page, data } = await openWith(open, "may-edit", {
      invited: { ...invited, guestsCanModify: true },
    });
    const details = await detailsOf(page, "invited");
    await details.getByRole("button", { name: "Edit" }).waitFor();
    await data.calendar(keys.own, { accessRole: "reader" });
    await details.getByRole("button", { name: "Edit" }).waitFor({ state: "detached" });
    expect(await details.getByRole("button", { name: "Yes" }).count()).toBe(0);
    expect(await page.getByRole("button", { name: "New event" }).count()).toBe(0);
  });
});

describeInBrowser("a page without a calendar that the user can write", open => {
  test("offers no change and loads no code for it, until there is one", async () => {
    const loaded: string[] = [];
    const page = await open({
      as: "only-reads",
      before: each => {
        each.on("request", request => loaded.push(new URL(request.url()).pathname));
        return Promise.resolve();
      },
    });
    const codeForChanges = () => loaded.filter(path => path.startsWith("/assets/editing-"));
    const data = await admin.of("only-reads");
    await Promise.all([
      data.account(),
      data.calendar(keys.own, { accessRole: "reader" }),
      data.event("seen"),
    ]);
    await page.getByRole("button", { name: "Day", exact: true }).click();
    const details = await detailsOf(page, "seen");
    expect(await details.getByRole("button", { name: /Edit|Delete/ }).count()).toBe(0);
    await page.keyboard.press("Escape");
    expect(await page.getByRole("button", { name: "New event" }).count()).toBe(0);
    expect(codeForChanges()).toEqual([]);
    await data.calendar(keys.own);
    await page.locator(".fc-event-draggable", { hasText: "seen" }).waitFor();
    expect(codeForChanges()).toHaveLength(1);
  });
});
