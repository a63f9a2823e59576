import { beforeAll, expect, test } from "@jest/globals";
import type { calendar_v3 } from "googleapis/build/src/apis/calendar/index.js";
import type { Page } from "playwright-core";
import { googleClientOf } from "../../stack/client/google-client.ts";
import { control } from "../running-stack.ts";
import { describeInBrowser, type OpenPage } from "./browser.ts";
import { connectOnPage, consent } from "./consent.ts";

const person = "browser";
const email = `${person}@example.com`;
const calendarId = email;
/** The first call of each function starts a process of its own, which is slow on a busy machine. */
const timeoutMs = 150_000;

/** Today, or another day, at an hour of UTC, in Google's form. */
function today(hour: number, days = 0): calendar_v3.Schema$EventDateTime {
  const atMs = new Date().setUTCHours(hour, 0, 0, 0) + days * 86_400_000;
  return { dateTime: new Date(atMs).toISOString(), timeZone: "UTC" };
}

/** Opens the page. Connects through the consent page if no account is connected. */
async function openConnected(open: OpenPage): Promise<Page> {
  const page = await open({ as: person });
  const welcome = page.getByRole("heading", { name: "Bring your calendar here" });
  const account = page.getByRole("region", { name: email });
  await welcome.or(account).first().waitFor();
  if (await welcome.isVisible()) {
    await connectOnPage(page, email);
  }
  await page.locator("[data-event]", { hasText: "There from the start" }).first().waitFor();
  return page;
}

describeInBrowser("the page on the whole stack", open => {
  let google: calendar_v3.Calendar;

  beforeAll(async () => {
    await control.reset();
    const events = [
      { id: "start0", summary: "There from the start", start: today(7), end: today(8) },
      { id: "old000", summary: "Long ago", start: today(7, -62), end: today(8, -62) },
    ];
    await control.seed([
      {
        email,
        name: "Browser",
        calendars: [{ id: email, summary: "Own", timeZone: "UTC", primary: true, events }],
      },
    ]);
    google = await googleClientOf(control, email);
  });

  const shown = (page: Page, summary: string) => page.locator("[data-event]", { hasText: summary });

  test(
    "an edit through Google's API appears, changes and vanishes without a reload",
    async () => {
      const page = await openConnected(open);
      await page.evaluate("window.mark = 1");
      const { data } = await google.events.insert({
        calendarId,
        requestBody: { summary: "Made at Google", start: today(9), end: today(10) },
      });
      const eventId = data.id ?? "";
      await shown(page, "Made at Google").first().waitFor();
      await google.events.patch({ calendarId, eventId, requestBody: { summary: "Renamed at Google" } });
      await shown(page, "Renamed at Google").first().waitFor();
      await google.events.delete({ calendarId, eventId });
      await shown(page, "Renamed at Google").first().waitFor({ state: "detached" });
      await page.getByText(/last \d+ ·/).waitFor();
      expect(await page.evaluate("window.mark")).toBe(1);
    },
    timeoutMs,
  );

  test(
    "cancelling one instance of a series takes that one away and no other",
    async () => {
      const page = await openConnected(open);
      await page.getByRole("button", { name: "Agenda", exact: true }).click();
      const { data } = await google.events.insert({
        calendarId,
        requestBody: {
          summary: "Daily",
          start: today(11),
          end: today(12),
          recurrence: ["RRULE:FREQ=DAILY;COUNT=5"],
        },
      });
      // Ids of instances end with their start in UTC, so they end with "Z". A calendar key can contain any letter.
      await page.waitForFunction("document.querySelectorAll('[data-event$=Z]').length === 5");
      const instances = await google.events.instances({ calendarId, eventId: data.id ?? "" });
      const third = instances.data.items?.[2]?.id ?? "";
      await google.events.delete({ calendarId, eventId: third });
      await page.locator(`[data-event$="_${third}"]`).waitFor({ state: "detached" });
      expect(await shown(page, "Daily").count()).toBe(4);
    },
    timeoutMs,
  );

  test(
    "more of the past is read when it is chosen in the calendar's menu",
    async () => {
      const page = await openConnected(open);
      const old = new Date(Date.now() - 62 * 86_400_000);
      const month = old.toLocaleDateString("en-GB", { month: "long", year: "numeric", timeZone: "UTC" });
      const heading = page.getByRole("heading", { level: 1 });
      await page.getByRole("button", { name: "Month", exact: true }).click();
      while ((await heading.textContent()) !== month)
        await page.getByRole("button", { name: "Earlier" }).click();
      await page.locator(".connection[data-kind=live]").waitFor();
      expect(await shown(page, "Long ago").count()).toBe(0);

      await page.getByLabel("More about Own").click();
      const past = page.getByLabel("Keep the past");
      expect(await past.inputValue()).toBe("");
      await past.selectOption({ label: "three months" });
      await shown(page, "Long ago").first().waitFor();
      expect(await past.inputValue()).toBe("90");
      // Kept for the user, and not only on this page.
      await page.reload();
      await page.getByLabel("More about Own").click();
      await page.locator("select:has(option:checked[value='90'])").waitFor();
    },
    timeoutMs,
  );

  test(
    "revoked access says reconnect; after it, what changed meanwhile is there",
    async () => {
      const page = await openConnected(open);
      await control.revokeGrants(email);
      google = await googleClientOf(control, email);
      await google.events.insert({
        calendarId,
        requestBody: { summary: "While revoked", start: today(13), end: today(14) },
      });
      const reconnect = page.getByRole("alert").getByRole("button", { name: "Reconnect" });
      await reconnect.waitFor();
      await reconnect.click();
      await consent(page, email);
      await shown(page, "While revoked").first().waitFor();
      expect(await reconnect.count()).toBe(0);
    },
    timeoutMs,
  );
});
