import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { Page } from "playwright-core";
import { control } from "../running-stack.ts";
import { accessibilityProblems } from "./accessibility.ts";
import { describeInBrowser, type OpenPage } from "./browser.ts";
import { connectAdmin, keys, timedEvent } from "./user-data.ts";

const email = "zones@example.com";
const sunday = new Date("2026-11-29T12:00:00Z");

let admin: ReturnType<typeof connectAdmin>;
beforeAll(async () => {
  admin = connectAdmin();
  await control.reset();
  const calendars = [{ id: email, summary: "Own", timeZone: "Europe/Berlin", primary: true, events: [] }];
  await control.seed([{ email, name: "Zones", calendars }]);
});
afterAll(async () => {
  await admin.close();
});

/** Opens the app for a user in UTC with one event, which was entered in Berlin. */
async function openWithBerlinEvent(open: OpenPage, as: string, options: object): Promise<Page> {
  const page = await open({ as, ...options });
  const data = await admin.of(as);
  const { start, end, ...event } = timedEvent("Planning", 10, 1);
  if (!("dateTime" in start) || !("dateTime" in end)) throw new Error("the event has no times");
  await Promise.all([
    data.account(),
    data.calendar(keys.own),
    data.event("Planning", {
      ...event,
      start: { ...start, timeZone: "Europe/Berlin" },
      end: { ...end, timeZone: "Europe/Berlin" },
    }),
  ]);
  await page.locator("[data-event]", { hasText: "Planning" }).first().waitFor();
  return page;
}

describeInBrowser("the app and the local Google Calendar side by side", open => {
  test.each([
    ["en-US", "2026-11-29"],
    ["en-GB", "2026-11-23"],
    ["de-DE", "2026-11-23"],
    ["ar-EG", "2026-11-28"],
  ])("on a Sunday, both show the same week to a viewer with %s", async (locale, first) => {
    const as = `week-${locale.toLowerCase()}`;
    const page = await open({
      as,
      locale,
      before: async each => {
        await each.clock.setFixedTime(sunday);
      },
    });
    const data = await admin.of(as);
    await Promise.all([data.account(), data.calendar(keys.own)]);
    await page.getByRole("button", { name: "Week", exact: true }).click();
    expect(await page.locator(".fc-col-header-cell").first().getAttribute("data-date")).toBe(first);

    await page.route("**/_emulator/overview*", async route => {
      const answer = (await (await route.fetch()).json()) as object;
      await route.fulfill({ json: { ...answer, now: sunday.getTime() } });
    });
    await page.goto(control.url);
    const heading = page.locator(".day-name:not(.zone)").first();
    await heading.waitFor();
    expect(await heading.textContent()).toMatch(new RegExp(` ${Number(first.slice(8))}$`));
  });

  test("an event from another zone says its time there, and both pages whose times they show", async () => {
    const page = await openWithBerlinEvent(open, "zones", { colorScheme: "light" });
    const there = /1[12]:00–1[23]:00 in Berlin \(GMT\+[12]\)/;
    await page.getByText("Times in UTC (GMT+0)").waitFor();
    await page.getByRole("button", { name: "Agenda", exact: true }).click();
    await page.getByRole("row", { name: "Planning" }).getByText(there).waitFor();

    for (const view of ["Day", "Week"]) {
      await page.getByRole("button", { name: view, exact: true }).click();
      expect(await page.locator(".fc-col-header .fc-timegrid-axis").textContent()).toBe("GMT+0");
      const title = await page.locator("[data-event]", { hasText: "Planning" }).getAttribute("title");
      expect(title).toMatch(new RegExp(`^10:00–11:00 · ${there.source}$`));
      expect(await accessibilityProblems(page)).toEqual([]);
    }
    await page.locator("[data-event]", { hasText: "Planning" }).click();
    await page.getByRole("dialog").getByText(there).waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);

    await page.goto(control.url);
    await page.getByText(/^Times in Europe\/Berlin \(GMT\+[12]\).* Yours is UTC \(GMT\+0\)\.$/).waitFor();
    expect(await page.locator(".day-name.zone").textContent()).toMatch(/^GMT\+[12]$/);
    expect(await accessibilityProblems(page)).toEqual([]);
  });

  test("the zones fit a phone, in the dark", async () => {
    const viewport = { width: 390, height: 844 };
    const page = await openWithBerlinEvent(open, "zones-phone", { colorScheme: "dark", viewport });
    for (const view of ["Agenda", "Day", "Week"]) {
      await page.getByRole("button", { name: view, exact: true }).click();
      expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(390);
      expect(await accessibilityProblems(page)).toEqual([]);
    }
    await page.getByRole("button", { name: "Calendars and accounts" }).click();
    await page.getByText("Times in UTC (GMT+0)").waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
  });
});
