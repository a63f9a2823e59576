import { beforeAll, expect, test } from "@jest/globals";
import type { calendar_v3 } from "googleapis/build/src/apis/calendar/index.js";
import type { Page } from "playwright-core";
import { googleClientOf } from "../../stack/client/google-client.ts";
import { control } from "../running-stack.ts";
import { accessibilityProblems } from "./accessibility.ts";
import { describeInBrowser } from "./browser.ts";
import { connectOnPage } from "./consent.ts";
import { drag, dropAt, placeOf } from "./drag.ts";

const email = "hand@example.com";
const calendarId = email;
const today = new Date().toISOString().slice(0, 10);

/** The start of the event at Google, for example `10:00`. */
async function startAtGoogle(): Promise<string | undefined> {
  const day = Date.parse(today);
  const query = new URLSearchParams({ calendarId, from: `${day}`, to: `${day + 86_400_000}` });
  const answer = await fetch(`${control.url}/_emulator/overview?${query.toString()}`);
  const { events } = (await answer.json()) as { events: { start: { dateTime: string } }[] };
  return events[0]?.start.dateTime.slice(11, 16);
}

describeInBrowser("the local Google Calendar's own page", open => {
  const event = (page: Page, time: string) =>
    page.getByRole("button", { name: "Review" }).filter({ has: page.getByText(time, { exact: true }) });

  beforeAll(async () => {
    await control.reset();
    const at = (time: string) => ({ dateTime: `${today}T${time}:00Z`, timeZone: "UTC" });
    const review = { id: "review", summary: "Review", start: at("10:00"), end: at("11:00") };
    const calendar = { id: calendarId, summary: "Hand", timeZone: "UTC", primary: true, events: [review] };
    await control.seed([{ email, name: "Hand", calendars: [calendar] }]);
  });

  test("an event is dragged, and moved, edited and deleted by keyboard, in light and dark, wide and narrow", async () => {
    const page = await open({ as: "hand", colorScheme: "light" });
    await page.goto(control.url);
    await event(page, "10:00").waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);

    // Moves the event down by one hour: a 24th of the column's height.
    const box = await event(page, "10:00").boundingBox();
    const column = await page.locator(".day").first().boundingBox();
    if (!box || !column) throw new Error("the page shows no event");
    await page.mouse.move(box.x + box.width / 2, box.y + 8);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width / 2, box.y + 8 + column.height / 24, { steps: 4 });
    await page.mouse.up();
    await event(page, "11:00").waitFor();
    expect(await startAtGoogle()).toBe("11:00");

    await event(page, "11:00").focus();
    await page.keyboard.press("ArrowUp");
    await event(page, "10:45").waitFor();
    expect(await startAtGoogle()).toBe("10:45");

    await page.keyboard.press("Enter");
    const editor = page.getByRole("dialog");
    await editor.getByLabel("Title").fill("Review, renamed");
    expect(await accessibilityProblems(page)).toEqual([]);
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "Review, renamed" }).waitFor();

    await page.emulateMedia({ colorScheme: "dark" });
    await page.setViewportSize({ width: 390, height: 844 });
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(390);
    expect(await accessibilityProblems(page)).toEqual([]);
    await page.getByRole("button", { name: "Review, renamed" }).focus();
    await page.keyboard.press("Delete");
    await page.getByRole("button", { name: "Review, renamed" }).waitFor({ state: "detached" });
    expect(await startAtGoogle()).toBeUndefined();
  });

  test("without any user it shows an empty week and the switches", async () => {
    await control.reset();
    const page = await open({ as: "hand" });
    await page.goto(control.url);
    await page.getByRole("button", { name: "Pause push" }).waitFor();
    expect(await page.locator(".day-name").count()).toBe(8);
    expect(await page.getByText("No users yet").count()).toBe(1);
    expect(await accessibilityProblems(page)).toEqual([]);
  });
});

describeInBrowser("both sides of the demo", open => {
  const both = "both@example.com";
  let google: calendar_v3.Calendar;

  beforeAll(async () => {
    await control.reset();
    const at = (time: string) => ({ dateTime: `${today}T${time}:00Z`, timeZone: "UTC" });
    const review = { id: "review", summary: "Review", start: at("10:00"), end: at("11:00") };
    const calendar = { id: both, summary: "Both", timeZone: "UTC", primary: true, events: [review] };
    await control.seed([{ email: both, name: "Both", calendars: [calendar] }]);
    google = await googleClientOf(control, both);
  });

  test("edit one calendar: each shows what the other one has moved", async () => {
    const page = await open({ as: "both", viewport: { width: 1440, height: 1000 } });
    await connectOnPage(page, both);
    await page.getByRole("button", { name: "Day", exact: true }).click();
    const here = (time: string) =>
      page.locator(`[data-editable] [data-date="${today}"] .fc-event-draggable:not(.is-pending)`, {
        hasText: new RegExp(`${time}.*Review`),
      });
    const there = (time: string) =>
      page.frameLocator("iframe").getByRole("button", { name: "Review" }).filter({ hasText: time });
    await here("10:00").waitFor();
    await there("10:00").waitFor();

    await there("10:00").focus();
    await page.keyboard.press("ArrowDown");
    await here("10:15").waitFor();

    await drag(page, await placeOf(page, today, "10:15"), await dropAt(page, today, "13:00"));
    await there("13:00").waitFor();
    await here("13:00").waitFor();
    const { data } = await google.events.get({ calendarId: both, eventId: "review" });
    expect(Date.parse(data.start?.dateTime ?? "")).toBe(Date.parse(`${today}T13:00:00Z`));
  }, 150_000);
});
