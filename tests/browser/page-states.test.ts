import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { Timestamp } from "firebase-admin/firestore";
import type { Page } from "playwright-core";
import { stack } from "../running-stack.ts";
import { accessibilityProblems } from "./accessibility.ts";
import { describeInBrowser, type OpenPage } from "./browser.ts";
import { accountId, allDayEvent, connectAdmin, keys, timedEvent, type UserData } from "./user-data.ts";

let admin: ReturnType<typeof connectAdmin>;
beforeAll(() => {
  admin = connectAdmin();
});
afterAll(async () => {
  await admin.close();
});

/** Opens the page for a user with one account, two calendars and three events this week. */
async function openWithEvents(open: OpenPage, as: string, options: object = {}): Promise<[Page, UserData]> {
  const page = await open({ as, ...options });
  const data = await admin.of(as);
  await Promise.all([
    data.account(),
    data.calendar(keys.own),
    data.calendar(keys.team),
    data.event("Planning", {
      description:
        'See <a href="https://example.com/notes">notes</a> <img src=x onerror="window.hacked = 1">',
      location: "Room Amber",
      conferenceLink: "https://meet.example.com/abc",
      attendees: [{ email: "ada@example.com", responseStatus: "accepted" }],
    }),
    data.event("Review", { ...timedEvent("Review", 14, 1), calendarKey: keys.team, status: "tentative" }),
    data.event("Fair", allDayEvent("Fair", new Date().toISOString().slice(0, 10), 1)),
  ]);
  await eventNamed(page, "Planning").waitFor();
  return [page, data];
}

/** The first element of an event in the grid. */
function eventNamed(page: Page, name: string) {
  return page.locator("[data-event]", { hasText: name }).first();
}

describeInBrowser("the page, live", open => {
  test("events come, change and go without a reload, and nothing else is drawn anew", async () => {
    const [page, data] = await openWithEvents(open, "live");
    // The grid is drawn again when the code for changes is there.
    await page.locator("[data-editable] .fc-event-draggable", { hasText: "Review" }).waitFor();
    await page.evaluate("window.mark = 1");
    await page.evaluate("window.untouched = document.querySelector('[data-event$=Review]')");
    await data.event("Dentist", timedEvent("Dentist", 12, 1));
    await eventNamed(page, "Dentist").waitFor();
    await data.event("Dentist", { ...timedEvent("Dentist", 12, 1), summary: "Dentist, moved", etag: '"2"' });
    await eventNamed(page, "Dentist, moved").waitFor();
    await data.removeEvent("Dentist");
    await eventNamed(page, "Dentist").waitFor({ state: "detached" });
    expect(await page.evaluate("window.mark")).toBe(1);
    expect(await page.evaluate("window.untouched.isConnected")).toBe(true);
  });

  test("what just changed is announced by the latency strip", async () => {
    const [page, data] = await openWithEvents(open, "latency");
    await page.getByText("waiting for the first edit").waitFor();
    await data.event("Planning", {
      ...timedEvent("Planning", 10, 1),
      updatedAt: Timestamp.now(),
      etag: '"2"',
    });
    await page.getByText("last 1 ·").waitFor();
  });

  test("an all-day event is on its own days, wherever the viewer is", async () => {
    for (const timezoneId of ["Pacific/Kiritimati", "Pacific/Pago_Pago"]) {
      const as = `zone-${timezoneId.length}`;
      const page = await open({ as, timezoneId });
      const data = await admin.of(as);
      await Promise.all([data.account(), data.calendar(keys.own)]);
      // The page says which days it shows: at the end of a month it depends on the viewer's zone.
      const day = page.locator("td[data-date]").nth(10);
      const date = await day.getAttribute("data-date");
      await data.event("Trip", allDayEvent("Trip", date ?? "", 1));
      await day.filter({ hasText: "Trip" }).waitFor();
    }
  });

  test("two people side by side never see each other's events", async () => {
    const [first, ofFirst] = await openWithEvents(open, "first-person");
    const second = await open({ as: "second-person" });
    await second.getByText("Bring your calendar here").waitFor();
    await ofFirst.event("Secret", timedEvent("Secret", 8, 1));
    await eventNamed(first, "Secret").waitFor();
    const ofSecond = await admin.of("second-person");
    await ofSecond.account();
    await ofSecond.event("Mine", timedEvent("Mine", 8, 1));
    await eventNamed(second, "Mine").waitFor();
    expect(await second.getByText("Secret").count()).toBe(0);
    expect(await first.getByText("Mine").count()).toBe(0);
  });

  test("offline keeps what is known and says so; back online it catches up", async () => {
    const [page, data] = await openWithEvents(open, "offline");
    await setOnline(page, false);
    await page.getByText("You are offline.").waitFor();
    expect(await eventNamed(page, "Planning").isVisible()).toBe(true);
    await data.event("Meanwhile", timedEvent("Meanwhile", 16, 1));
    await setOnline(page, true);
    await eventNamed(page, "Meanwhile").waitFor();
    await page.getByText("You are offline.").waitFor({ state: "detached" });
  });

  test("paging away and back shows the same events", async () => {
    const [page] = await openWithEvents(open, "paging");
    for (const step of ["Later", "Later", "Later", "Earlier", "Earlier", "Earlier"]) {
      await page.getByRole("button", { name: step }).click();
    }
    await eventNamed(page, "Planning").waitFor();
  });
});

describeInBrowser("the page, state by state", open => {
  test("nobody connected: it offers to connect", async () => {
    const page = await open({ as: "newcomer" });
    await page.getByRole("heading", { name: "Bring your calendar here" }).waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
  });

  test("each phase of a calendar is named", async () => {
    const [page, data] = await openWithEvents(open, "phases");
    const row = page.locator(`[data-calendar="${keys.team}"]`);
    await data.calendar(keys.team, { sync: { phase: "importing", importedCount: 1240 } });
    await row.getByText("1,240 events so far").waitFor();
    await data.calendar(keys.team, { sync: { phase: "polling" } });
    await row.getByText("Periodic").waitFor();
    await data.calendar(keys.team, { sync: { phase: "unavailable" } });
    await row.getByText("No access").waitFor();
    await data.calendar(keys.team, { sync: { phase: "error", message: "Google answers with errors." } });
    await row.getByText("Trouble").waitFor();
    await page.getByLabel("More about Team").click();
    await row.getByText("Google answers with errors.").waitFor();
    await data.calendar(keys.team, { sync: { phase: "live", unreadable: 2 } });
    await row.getByText("2 events could not be read.").waitFor();
    await data.calendar(keys.team, { enabled: false, sync: { phase: "importing" } });
    await row.getByText("Off", { exact: true }).waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
  });

  test("revoked access asks to reconnect, and reconnecting leads to Google", async () => {
    const [page, data] = await openWithEvents(open, "revoked");
    let asked: unknown;
    await page.route("**/us-central1/connectAccount", async route => {
      asked = route.request().postDataJSON();
      await route.fulfill({ json: { result: { url: `${stack.appUrl}/icon.svg` } } });
    });
    await data.account({ status: "reauth_required", statusReason: "Access was revoked at Google." });
    await page.getByText("Access was revoked at Google.").waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
    await page.getByRole("alert").getByRole("button", { name: "Reconnect" }).click();
    await page.waitForURL("**/icon.svg");
    expect(asked).toEqual({ data: { returnTo: `${stack.appUrl}/?as=revoked` } });
  });

  test.each([
    ["connect_error=access_denied", "access was declined"],
    ["connected=abc", "Your events are on their way"],
  ])("coming back with %s says how it went, once", async (query, words) => {
    const page = await open({ as: "returning" });
    await page.goto(`${stack.appUrl}/?as=returning&${query}`);
    await page.getByText(words).waitFor();
    expect(page.url()).toBe(`${stack.appUrl}/?as=returning`);
    await page.getByRole("button", { name: "Dismiss" }).click();
    await page.getByText(words).waitFor({ state: "detached" });
  });

  test.each([
    ["is finished", { result: { connected: "abc" } }, "Your events are on their way"],
    ["was declined", { result: { connectError: "missing_scopes" } }, "every box on the consent page"],
    [
      "was begun by somebody else",
      { error: { status: "PERMISSION_DENIED", message: "Nothing was connected." } },
      "Nothing was connected.",
    ],
  ])("a consent that waits to be confirmed is, once, and says when it %s", async (_what, json, words) => {
    const page = await open({ as: "confirming" });
    const asked: unknown[] = [];
    await page.route("**/us-central1/confirmConnect", async route => {
      asked.push(route.request().postDataJSON());
      await route.fulfill({ status: "error" in json ? 403 : 200, json });
    });
    // Starts from another page, as after Google's page: a navigation that changes only the fragment does not load the
    // page.
    await page.goto("about:blank");
    await page.goto(`${stack.appUrl}/?as=confirming#connect_confirm=the-secret`);
    await page.getByText(words).waitFor();
    expect(page.url()).toBe(`${stack.appUrl}/?as=confirming`);
    expect(asked).toEqual([{ data: { confirmation: "the-secret" } }]);
  });

  test("a switch calls the function, a failure becomes a sentence", async () => {
    const [page] = await openWithEvents(open, "switching");
    await page.route("**/us-central1/setCalendarEnabled", async route => {
      await route.fulfill({
        status: 400,
        json: { error: { status: "FAILED_PRECONDITION", message: "Reconnect the account first." } },
      });
    });
    await page.getByLabel("More about Team").click();
    await page.getByRole("switch", { name: "Sync this calendar" }).click();
    await page.getByText("Reconnect the account first.", { exact: true }).waitFor();
    // The switch shows its earlier state again.
    await page.locator(".calendar [role=switch]:checked:enabled:visible").waitFor();
  });

  test("opening the page asks for a sync of the calendars that are stale, and of no others", async () => {
    const asked: unknown[] = [];
    const before = async (opened: Page) => {
      await opened.route("**/us-central1/syncNow", async route => {
        if (route.request().method() === "POST") asked.push(route.request().postDataJSON());
        await route.fulfill({ status: 500, json: { error: { status: "INTERNAL", message: "no" } } });
      });
    };
    const page = await open({ as: "stale", before });
    const data = await admin.of("stale");
    // From the start: a time of the last sync never goes back, and the page first shows what its cache has.
    const elevenMinutesAgo = Timestamp.fromMillis(Date.now() - 11 * 60_000);
    await data.account();
    await data.calendar(keys.own);
    await data.calendar(keys.team, { lastSyncedAt: elevenMinutesAgo });
    const row = (key: string) => page.locator(`[data-calendar="${key}"]`);
    await row(keys.team).waitFor();
    asked.splice(0);
    const answered = page.waitForResponse(
      response => response.url().endsWith("/syncNow") && response.request().method() === "POST",
    );
    await page.reload();
    await answered;
    await row(keys.own).waitFor();
    expect(asked).toEqual([{ data: { calendarKey: keys.team, ifStale: true } }]);
    // Nobody asked for it, so its failure is not shown.
    expect(await page.getByText("The server did not answer").count()).toBe(0);
  });

  test("a hidden calendar's events leave the grid and come back, also after a reload", async () => {
    const [page] = await openWithEvents(open, "hiding");
    const box = page.getByRole("checkbox", { name: "Team" });
    await box.uncheck();
    await eventNamed(page, "Review").waitFor({ state: "detached" });
    await page.reload();
    await eventNamed(page, "Planning").waitFor();
    expect(await eventNamed(page, "Review").count()).toBe(0);
    await box.check();
    await eventNamed(page, "Review").waitFor();
  });

  test("details show what is known, as text, and follow changes", async () => {
    const [page, data] = await openWithEvents(open, "details");
    await eventNamed(page, "Planning").click();
    const dialog = page.getByRole("dialog", { name: "Planning" });
    await dialog.getByText("Room Amber").waitFor();
    expect(await dialog.getByRole("link", { name: "notes" }).getAttribute("href")).toBe(
      "https://example.com/notes",
    );
    expect(await dialog.locator("img").count()).toBe(0);
    expect(await page.evaluate("window.hacked")).toBeUndefined();
    expect(await accessibilityProblems(page)).toEqual([]);
    await data.event("Planning", { ...timedEvent("Planning", 10, 1), location: "Room Birch", etag: '"2"' });
    await dialog.getByText("Room Birch").waitFor();
    await data.removeEvent("Planning");
    await dialog.getByText("This event has just been deleted").waitFor();
  });

  test("a link that would run something is none", async () => {
    const [page, data] = await openWithEvents(open, "hostile");
    await data.event("Trap", {
      ...timedEvent("Trap", 11, 1),
      description: '<a href="javascript:window.hacked=1">click me</a>',
      conferenceLink: "javascript:window.hacked=1",
      htmlLink: "data:text/html,x",
    });
    await eventNamed(page, "Trap").click();
    const dialog = page.getByRole("dialog", { name: "Trap" });
    await dialog.getByText("click me").waitFor();
    expect(await dialog.getByRole("link").count()).toBe(0);
  });

  test("a document that does not fit is left out, the others stay", async () => {
    const [page, data] = await openWithEvents(open, "malformed");
    await data.db
      .doc(`users/${data.uid}/calendarEvents/broken`)
      .set({ startAt: Timestamp.now(), endAt: Timestamp.now() });
    await data.event("After it", timedEvent("After it", 17, 1));
    await eventNamed(page, "After it").waitFor();
    expect(await eventNamed(page, "Planning").isVisible()).toBe(true);
  });
});

describeInBrowser("the page, for everyone", open => {
  test.each(["light", "dark"] as const)("no view has an accessibility problem, %s", async colorScheme => {
    const [page] = await openWithEvents(open, `axe-${colorScheme}`, { colorScheme });
    for (const view of ["Month", "Week", "Day", "Agenda"]) {
      await page.getByRole("button", { name: view, exact: true }).click();
      await eventNamed(page, "Planning").waitFor();
      expect([view, await accessibilityProblems(page)]).toEqual([view, []]);
    }
  });

  test("everything is within reach of the keyboard", async () => {
    const [page] = await openWithEvents(open, "keyboard");
    await page.keyboard.press("w");
    await page.getByRole("button", { name: "Week", pressed: true }).waitFor();
    await page.keyboard.press("m");
    await page.getByRole("button", { name: "Month", pressed: true }).waitFor();
    const month = await page.getByRole("heading", { level: 1 }).textContent();
    await page.keyboard.press("j");
    expect(await page.getByRole("heading", { level: 1 }).textContent()).not.toBe(month);
    await page.keyboard.press("t");
    expect(await page.getByRole("heading", { level: 1 }).textContent()).toBe(month);

    await tabTo(page, "Planning");
    await page.keyboard.press("Enter");
    await page.getByRole("dialog", { name: "Planning" }).waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    expect(await page.evaluate("document.activeElement.dataset.event")).toContain("Planning");
  });

  test("shortcuts can be turned off", async () => {
    const [page] = await openWithEvents(open, "shortcuts");
    await page.keyboard.press("?");
    await page.getByRole("switch", { name: "Use these shortcuts" }).uncheck();
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await page.keyboard.press("w");
    expect(await page.getByRole("button", { name: "Month", pressed: true }).count()).toBe(1);
  });

  test("a phone starts with the agenda, has its calendars in a drawer and never scrolls sideways", async () => {
    const [page] = await openWithEvents(open, "phone", {
      viewport: { width: 390, height: 844 },
      hasTouch: true,
    });
    await page.getByRole("button", { name: "Agenda", pressed: true }).waitFor();
    await page.getByRole("button", { name: "Calendars and accounts" }).click();
    await page.getByRole("checkbox", { name: "Team" }).waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
    await page.keyboard.press("Escape");
    for (const view of ["Month", "Week", "Day", "Agenda"]) {
      await page.getByRole("button", { name: view, exact: true }).click();
      expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(390);
    }
    expect(await accessibilityProblems(page)).toEqual([]);
  });

  test("a disconnected account is asked for by its id", async () => {
    const [page] = await openWithEvents(open, "leaving");
    let asked: unknown;
    await page.route("**/us-central1/disconnectAccount", async route => {
      asked = route.request().postDataJSON();
      await route.fulfill({ json: { result: null } });
    });
    await page.getByLabel("More about tester@example.com").click();
    await page.getByRole("button", { name: "Disconnect and delete" }).click();
    await page.getByText("is being disconnected").waitFor();
    expect(asked).toEqual({ data: { accountId } });
  });
});

/**
 * Switches the page's network off or on. The event is dispatched here too, because a browser on a machine without a
 * network reports itself as offline from the start and sends no event.
 */
async function setOnline(page: Page, online: boolean): Promise<void> {
  await page.context().setOffline(!online);
  await page.evaluate(`dispatchEvent(new Event("${online ? "online" : "offline"}"))`);
}

/** Presses Tab until an event that contains `text` has the focus. */
async function tabTo(page: Page, text: string): Promise<void> {
  for (let n = 0; n < 200; n += 1) {
    await page.keyboard.press("Tab");
    const focused = await page.evaluate<string>(
      "document.activeElement?.matches('[data-event]') ? document.activeElement.textContent : ''",
    );
    if (focused.includes(text)) return;
  }
  throw new Error(`no Tab leads to ${text}`);
}
