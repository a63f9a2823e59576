import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { Page } from "playwright-core";
import { accessibilityProblems } from "./accessibility.ts";
import { describeInBrowser, type OpenPage } from "./browser.ts";
import { connectAdmin, keys, timedEvent, type UserData } from "./user-data.ts";

let admin: ReturnType<typeof connectAdmin>;
beforeAll(() => {
  admin = connectAdmin();
});
afterAll(async () => {
  await admin.close();
});

/** A meeting that the own calendar and the team's have, and an event that only the team's has. */
async function openWithMeeting(open: OpenPage, as: string, options: object = {}): Promise<[Page, UserData]> {
  const page = await open({ as, ...options });
  const data = await admin.of(as);
  await Promise.all([
    data.account(),
    data.calendar(keys.own),
    data.calendar(keys.team),
    data.event("Sync", { ...timedEvent("Sync", 10, 2), iCalUID: "sync" }),
    data.event("SyncOfTeam", {
      ...timedEvent("SyncOfTeam", 10, 2),
      summary: "Sync",
      calendarKey: keys.team,
      iCalUID: "sync",
    }),
    data.event("Release", { ...timedEvent("Release", 13, 2), calendarKey: keys.team, iCalUID: "release" }),
  ]);
  await page.locator("[data-event] .also-in").first().waitFor();
  await entry(page, "Release").waitFor();
  return [page, data];
}

function entry(page: Page, name: string) {
  return page.locator("[data-event]", { hasText: name });
}

describeInBrowser("a meeting in two calendars", open => {
  test("is one entry in each view, with a mark in the colour of the other calendar", async () => {
    const [page] = await openWithMeeting(open, "one-entry");
    for (const view of ["Month", "Week", "Day", "Agenda"]) {
      await page.getByRole("button", { name: view, exact: true }).click();
      await entry(page, "Sync").waitFor();
      expect([view, await entry(page, "Sync").count()]).toEqual([view, 1]);
      const dots = entry(page, "Sync").locator(".also-in i");
      expect(await dots.count()).toBe(1);
      const color = await page.evaluate(
        "getComputedStyle(document.querySelector('.also-in i')).backgroundColor",
      );
      expect(color).toBe("rgb(66, 133, 244)");
      expect(await entry(page, "Release").locator(".also-in").count()).toBe(0);
      expect([view, await accessibilityProblems(page)]).toEqual([view, []]);
    }
  });

  test("its details and its words for screen readers say where else it is", async () => {
    const [page, data] = await openWithMeeting(open, "also-in");
    await entry(page, "Sync, Also in: Team").click();
    const dialog = page.getByRole("dialog", { name: "Sync" });
    await dialog.getByText("Also in: Team", { exact: true }).waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
    await page.keyboard.press("Escape");
    await data.calendar(keys.team, { summary: "Crew" });
    await entry(page, "Sync, Also in: Crew").waitFor();
  });

  test("stays when one of its calendars is hidden, and each change is drawn once", async () => {
    const [page, data] = await openWithMeeting(open, "hide-one");
    await page.getByRole("checkbox", { name: "Tester" }).uncheck();
    const ofTeam = page.locator(`[data-event="${keys.team}_SyncOfTeam"]`);
    await ofTeam.waitFor();
    expect(await entry(page, "Sync").count()).toBe(1);
    expect(await page.locator(".also-in").count()).toBe(0);
    await page.getByRole("checkbox", { name: "Tester" }).check();
    await ofTeam.waitFor({ state: "detached" });
    await data.removeEvent("Sync");
    await ofTeam.waitFor();
    expect(await entry(page, "Sync").count()).toBe(1);
  });
});
