import { beforeAll, expect, test } from "@jest/globals";
import type { calendar_v3 } from "googleapis/build/src/apis/calendar/index.js";
import type { Locator, Page } from "playwright-core";
import { googleClientOf } from "../../stack/client/google-client.ts";
import { until } from "../../stack/client/until.ts";
import { control } from "../running-stack.ts";
import { describeInBrowser, type OpenPage } from "./browser.ts";
import { connectOnPage } from "./consent.ts";

const person = "editor";
const email = `${person}@example.com`;
const host = "host@example.com";
const second = "second@group.calendar.google.com";
/** The first call of each function starts a process of its own, which is slow on a busy machine. */
const timeoutMs = 150_000;

/** Today, or another day, at an hour of UTC, in Google's form. */
function today(hour: number, days = 0): calendar_v3.Schema$EventDateTime {
  const atMs = new Date().setUTCHours(hour, 0, 0, 0) + days * 86_400_000;
  return { dateTime: new Date(atMs).toISOString(), timeZone: "UTC" };
}

describeInBrowser("changes from the page, at Google", open => {
  let google: calendar_v3.Calendar;

  beforeAll(async () => {
    await control.reset();
    const start = { id: "start0", summary: "There from the start", start: today(1), end: today(2) };
    await control.seed([
      {
        email,
        name: "Editor",
        calendars: [
          { id: email, summary: "Own", timeZone: "UTC", primary: true, events: [start] },
          { id: second, summary: "Second", timeZone: "UTC", events: [] },
        ],
      },
      {
        email: host,
        name: "Host",
        calendars: [{ id: host, summary: "Host", timeZone: "UTC", primary: true, events: [] }],
      },
    ]);
    google = await googleClientOf(control, email);
  });

  /** Opens the agenda of the user's account, and connects it if it is not connected. */
  async function openAgenda(openPage: OpenPage): Promise<Page> {
    const page = await openPage({ as: person });
    const welcome = page.getByRole("heading", { name: "Bring your calendar here" });
    await welcome
      .or(page.getByRole("region", { name: email }))
      .first()
      .waitFor();
    if (await welcome.isVisible()) await connectOnPage(page, email);
    await page.getByRole("button", { name: "Agenda", exact: true }).click();
    await shown(page, "There from the start").waitFor();
    return page;
  }

  const shown = (page: Page, summary: string): Locator =>
    page.locator("[data-event]", { hasText: summary }).first();

  async function detailsOf(page: Page, summary: string): Promise<Locator> {
    await shown(page, summary).click();
    const details = page.locator("dialog.details");
    // While a change is being saved, there is nothing to do.
    await details
      .getByRole("button", { name: /Edit|Yes/ })
      .first()
      .waitFor();
    return details;
  }

  /** The events of the calendar, by title. */
  async function atGoogle(summary: string): Promise<calendar_v3.Schema$Event[]> {
    const { data } = await google.events.list({ calendarId: email, singleEvents: true, maxResults: 250 });
    return (data.items ?? []).filter(item => item.summary === summary);
  }

  test(
    "an event is made, changed and deleted, each exactly once",
    async () => {
      const page = await openAgenda(open);
      await page.keyboard.press("c");
      const form = page.getByRole("dialog", { name: "New event" });
      await form.getByLabel("Title").fill("Made here");
      await form.getByRole("button", { name: "Save" }).click();
      await shown(page, "Made here").waitFor();
      const [made] = await until("Google has it", async () => {
        const found = await atGoogle("Made here");
        return found.length > 0 && found;
      });
      await (await detailsOf(page, "Made here")).getByRole("button", { name: "Edit" }).click();
      const edit = page.getByRole("dialog", { name: "Edit event" });
      await edit.getByLabel("Title").fill("Changed here");
      await edit.getByRole("button", { name: "Save" }).click();
      const [changed] = await until("Google has the change", async () => {
        const found = await atGoogle("Changed here");
        return found.length > 0 && found;
      });
      expect(changed?.id).toBe(made?.id);
      expect(await atGoogle("Made here")).toEqual([]);

      await (await detailsOf(page, "Changed here")).getByRole("button", { name: "Delete" }).click();
      await page.getByRole("button", { name: "Undo" }).click();
      await shown(page, "Changed here").waitFor();
      expect(await atGoogle("Changed here")).toHaveLength(1);
      await (await detailsOf(page, "Changed here")).getByRole("button", { name: "Delete" }).click();
      await shown(page, "Changed here").waitFor({ state: "detached" });
      await until("it is gone at Google", async () => (await atGoogle("Changed here")).length === 0);
    },
    timeoutMs,
  );

  test(
    "this, following and all mean what they mean at Google",
    async () => {
      const page = await openAgenda(open);
      await google.events.insert({
        calendarId: email,
        requestBody: {
          summary: "Daily",
          start: today(3),
          end: today(4),
          recurrence: ["RRULE:FREQ=DAILY;COUNT=6"],
        },
      });
      const rename = async (from: string, to: string, nth: number, scope: string) => {
        const rows = page.locator("[data-event]").filter({ hasText: new RegExp(`${from}$`) });
        await rows.nth(nth).click();
        await page.locator("dialog.details").getByRole("button", { name: "Edit" }).click();
        const form = page.getByRole("dialog", { name: "Edit event" });
        await form.getByLabel("Title").fill(to);
        await form.getByRole("button", { name: "Save" }).click();
        const question = page.getByRole("dialog", { name: "Change repeating event" });
        await question.getByLabel(scope, { exact: true }).check();
        await question.getByRole("button", { name: "OK" }).click();
        await page
          .locator("[data-event]")
          .filter({ hasText: new RegExp(`${to}$`) })
          .first()
          .waitFor();
      };
      const counts = async (...names: string[]) =>
        await Promise.all(names.map(async name => (await atGoogle(name)).length));
      await rename("Daily", "Once", 1, "This event");
      await until("one is renamed", async () => (await counts("Daily", "Once")).join() === "5,1");
      // Of the five that are left, the last two.
      await rename("Daily", "Later", 3, "This and following events");
      await until("two are renamed", async () => (await counts("Daily", "Once", "Later")).join() === "3,1,2");
      await rename("Later", "Evening", 0, "All events");
      await until(
        "the new series is renamed",
        async () => (await counts("Later", "Evening")).join() === "0,2",
      );
      expect(await counts("Daily", "Once")).toEqual([3, 1]);
    },
    timeoutMs,
  );

  test(
    "what the form says is at Google, and the guest is invited",
    async () => {
      const page = await openAgenda(open);
      await page.getByRole("button", { name: "New event" }).first().click();
      const form = page.getByRole("dialog", { name: "New event" });
      await form.getByLabel("Title").fill("Excursion");
      await form.getByRole("switch", { name: "All day" }).check();
      const [from, to] = [today(0, 2), today(0, 3)].map(({ dateTime }) => dateTime?.slice(0, 10) ?? "");
      await form.getByLabel("Starts on").fill(from ?? "");
      await form.getByLabel("Ends on").fill(to ?? "");
      await form.getByRole("combobox", { name: "Repeats", exact: true }).selectOption("yearly");
      await form.getByLabel("Where").fill("Old harbour");
      await form.getByRole("combobox", { name: "Calendar", exact: true }).selectOption({ label: "Second" });
      // Save is pressed while the field has the focus.
      await form.getByRole("textbox", { name: "Guests" }).fill(host);
      await form.getByRole("button", { name: "Save" }).click();
      await page.locator("[data-event]:not(.is-pending)", { hasText: "Excursion" }).first().waitFor();
      const { data } = await google.events.list({ calendarId: second, q: "Excursion" });
      expect(data.items).toMatchObject([
        {
          summary: "Excursion",
          start: { date: from },
          end: { date: today(0, 4).dateTime?.slice(0, 10) },
          recurrence: ["RRULE:FREQ=YEARLY"],
          location: "Old harbour",
          attendees: [{ email: host, responseStatus: "needsAction" }],
        },
      ]);
      const theirs = await googleClientOf(control, host);
      const invited = await theirs.events.list({ calendarId: host, q: "Excursion" });
      expect(invited.data.items).toHaveLength(1);
    },
    timeoutMs,
  );

  test(
    "of a series, a deletion takes one, the later ones or all",
    async () => {
      const page = await openAgenda(open);
      await google.events.insert({
        calendarId: email,
        requestBody: {
          summary: "Standing",
          start: today(7),
          end: today(8),
          recurrence: ["RRULE:FREQ=DAILY;COUNT=6"],
        },
      });
      const rows = page.locator("[data-event]", { hasText: "Standing" });
      const remove = async (nth: number, scope: string, left: number) => {
        await rows.nth(nth).click();
        await page.locator("dialog.details").getByRole("button", { name: "Delete" }).click();
        const question = page.getByRole("dialog", { name: "Delete repeating event" });
        await question.getByLabel(scope, { exact: true }).check();
        await question.getByRole("button", { name: "Delete" }).click();
        await page.getByRole("button", { name: "Undo" }).waitFor();
        expect([scope, await rows.count()]).toEqual([scope, left]);
        await until(`${left} are left`, async () => (await atGoogle("Standing")).length === left, 60_000);
        // What the user sees stays that: no deleted event comes back until the sync has brought its end.
        expect([scope, await rows.count()]).toEqual([scope, left]);
      };
      await rows.nth(5).waitFor();
      await remove(1, "This event", 5);
      await remove(3, "This and following events", 3);
      await remove(0, "All events", 0);
    },
    timeoutMs,
  );

  test(
    "an answer reaches the host",
    async () => {
      const page = await openAgenda(open);
      const theirs = await googleClientOf(control, host);
      const { data } = await theirs.events.insert({
        calendarId: host,
        requestBody: {
          summary: "Dinner",
          start: today(5),
          end: today(6),
          attendees: [{ email }],
        },
      });
      await shown(page, "Dinner").waitFor();
      await (await detailsOf(page, "Dinner")).getByRole("button", { name: "Maybe" }).click();
      await page.locator("dialog.details").getByText("You answered maybe").waitFor();
      await until("the host's event has the answer", async () => {
        const { data: seen } = await theirs.events.get({ calendarId: host, eventId: data.id ?? "" });
        return seen.attendees?.find(guest => guest.email === email)?.responseStatus === "tentative";
      });
    },
    timeoutMs,
  );
});
