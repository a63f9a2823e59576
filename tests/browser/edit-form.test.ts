import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { Locator, Page } from "playwright-core";
import type { EventDocument } from "@firestore-calendar-sync/client";
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

/** Opens the day view with one event, `Planning`, from ten to eleven. The viewer's zone is UTC. */
async function openWithPlanning(
  open: OpenPage,
  as: string,
  change: Partial<EventDocument> = {},
  options: object = {},
): Promise<Opened> {
  const page = await open({ as, ...options });
  const functions = await standInFunctions(page);
  const data = await admin.of(as);
  await Promise.all([data.account(), data.calendar(keys.own), data.calendar(keys.team)]);
  await data.event("Planning", { ...timedEvent("Planning", 10, 1), ...change });
  await page.getByRole("button", { name: "Day", exact: true }).click();
  await eventNamed(page, "Planning").waitFor();
  return { page, data, functions };
}

function eventNamed(page: Page, name: string): Locator {
  return page.locator("[data-event]", { hasText: name }).first();
}

/** Opens the form of the event. */
async function edit(page: Page): Promise<Locator> {
  await eventNamed(page, "Planning").click();
  await page.getByRole("button", { name: "Edit" }).click();
  const form = page.getByRole("dialog", { name: "Edit event" });
  await form.waitFor();
  return form;
}

/** A date, such as `2026-11-23`, so many days from now. */
function date(days = 0): string {
  return new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
}

describeInBrowser("a new event", open => {
  test("is made with the form, by keyboard", async () => {
    const { page, functions } = await openWithPlanning(open, "form-create");
    await page.keyboard.press("c");
    const form = page.getByRole("dialog", { name: "New event" });
    await form.waitFor();
    // The title has the focus.
    await page.keyboard.type("Lunch");
    await form.getByLabel("Starts on").fill("2026-11-23");
    await form.getByLabel("At", { exact: true }).fill("12:00");
    await form.getByLabel("Until").fill("12:45");
    expect(await form.getByLabel("Ends on").inputValue()).toBe("2026-11-23");
    await form
      .getByRole("combobox", { name: "Repeats", exact: true })
      .selectOption({ label: "Weekly on Monday" });
    await form.getByLabel("Where").fill("Canteen");
    await form.getByRole("textbox", { name: "Guests" }).fill("Ada <ada@example.com>, bob@example.com");
    await form.getByRole("textbox", { name: "Guests" }).press("Enter");
    await form.getByRole("button", { name: "Remove bob@example.com" }).click();
    await form.getByRole("combobox", { name: "Calendar", exact: true }).selectOption({ label: "Team" });
    await form.getByLabel("Notes").fill("Bring a friend");
    await form.getByText("More", { exact: true }).click();
    await form
      .getByRole("combobox", { name: "Reminder", exact: true })
      .selectOption({ label: "Notification 10 minutes before" });
    await form.getByRole("combobox", { name: "Colour", exact: true }).selectOption({ label: "Banana" });
    await form
      .getByRole("combobox", { name: "Visible to", exact: true })
      .selectOption({ label: "Only guests" });
    await form.getByRole("combobox", { name: "Show as", exact: true }).selectOption({ label: "Free" });
    expect(await accessibilityProblems(page)).toEqual([]);
    await form.getByLabel("Where").press("Enter");
    const { requestId, ...made } = await functions.taken("createEvent");
    expect(requestId).toMatch(/^[A-Za-z0-9_-]{8,100}$/);
    expect(made).toEqual({
      calendarKey: keys.team,
      event: {
        summary: "Lunch",
        start: { dateTime: "2026-11-23T12:00:00+00:00", timeZone: "UTC" },
        end: { dateTime: "2026-11-23T12:45:00+00:00", timeZone: "UTC" },
        recurrence: ["RRULE:FREQ=WEEKLY;BYDAY=MO"],
        location: "Canteen",
        attendees: [{ email: "ada@example.com", displayName: "Ada" }],
        description: "Bring a friend",
        reminders: { useDefault: false, overrides: [{ method: "popup", minutes: 10 }] },
        colorId: "5",
        visibility: "private",
        transparency: "transparent",
      },
    });
    await form.waitFor({ state: "detached" });
  });

  test("is not sent while something is wrong, and the form says what", async () => {
    const { page, functions } = await openWithPlanning(open, "form-wrong");
    await page.getByRole("button", { name: "New event" }).first().click();
    const form = page.getByRole("dialog", { name: "New event" });
    await form.getByRole("switch", { name: "All day" }).check();
    await form.getByLabel("Starts on").fill(date(2));
    await form.getByLabel("Ends on").fill(date(1));
    await form.getByRole("textbox", { name: "Guests" }).fill("Bob");
    await form.getByRole("button", { name: "Save" }).click();
    await form.getByText("The end is before the start.").waitFor();
    await form.getByText("This is no e-mail address: Bob").waitFor();
    expect(await form.locator("[aria-invalid=true]").count()).toBe(3);
    expect(await page.evaluate("document.activeElement.type")).toBe("date");
    expect(await accessibilityProblems(page)).toEqual([]);
    expect(functions.sent).toEqual([]);
    await form.getByLabel("Ends on").fill(date(3));
    await form.getByRole("textbox", { name: "Guests" }).fill("");
    await form.getByRole("button", { name: "Save" }).click();
    expect(await functions.taken("createEvent")).toMatchObject({
      event: { start: { date: date(2) }, end: { date: date(4) } },
    });
  });

  test("that was refused comes back as it was typed, and is the same request", async () => {
    const { page, functions } = await openWithPlanning(open, "form-refused");
    functions.refuse({
      status: "FAILED_PRECONDITION",
      message: "Allow this app to change events.",
      reason: "needsConsent",
    });
    await page.getByRole("button", { name: "New event" }).first().click();
    const form = page.getByRole("dialog", { name: "New event" });
    await form.getByLabel("Title").fill("Lunch");
    await form.getByRole("button", { name: "Save" }).click();
    const first = await functions.taken("createEvent");
    await form.getByRole("alert").getByText("Allow this app to change events.").waitFor();
    await form.getByRole("button", { name: "Allow changes" }).waitFor();
    expect(await form.getByLabel("Title").inputValue()).toBe("Lunch");
    expect(await accessibilityProblems(page)).toEqual([]);
    await form.getByRole("button", { name: "Save" }).click();
    expect(await functions.taken("createEvent")).toEqual(first);
  });

  test("is asked about before it is thrown away", async () => {
    const { page, functions } = await openWithPlanning(open, "form-leave");
    await page.keyboard.press("c");
    const form = page.getByRole("dialog", { name: "New event" });
    await page.keyboard.press("Escape");
    await form.waitFor({ state: "detached" });
    await page.keyboard.press("c");
    await form.getByLabel("Title").fill("Lunch");
    await page.keyboard.press("Escape");
    await form.getByText("Discard what you have changed?").waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
    await form.getByRole("button", { name: "Keep editing" }).click();
    expect(await form.getByLabel("Title").inputValue()).toBe("Lunch");
    await form.getByRole("button", { name: "Cancel" }).click();
    await form.getByRole("button", { name: "Discard" }).click();
    await form.waitFor({ state: "detached" });
    expect(functions.sent).toEqual([]);
  });
});

describeInBrowser("an event in the form", open => {
  test("has the focus again afterwards, and a button has it after a new event", async () => {
    const { page, functions } = await openWithPlanning(open, "form-focus");
    const planning = page.locator("[data-event]:focus", { hasText: "Planning" });
    await eventNamed(page, "Planning").focus();
    await page.keyboard.press("Enter");
    await page.getByRole("dialog", { name: "Planning" }).getByRole("button", { name: "Close" }).click();
    await planning.waitFor();
    await page.keyboard.press("Enter");
    await page.getByRole("dialog", { name: "Planning" }).getByRole("button", { name: "Edit" }).click();
    const form = page.getByRole("dialog", { name: "Edit event" });
    await form.getByRole("button", { name: "Cancel" }).click();
    await planning.waitFor();
    await page.keyboard.press("e");
    await form.getByLabel("Where").fill("Room Blue");
    await form.getByRole("button", { name: "Save" }).click();
    await functions.taken("updateEvent");
    // It is drawn anew, with the change.
    await page.locator("[data-event].is-pending:focus", { hasText: "Planning" }).waitFor();

    const button = page.getByRole("button", { name: "New event" }).first();
    await button.click();
    await page.getByRole("dialog", { name: "New event" }).waitFor();
    await page.keyboard.press("Escape");
    await page.locator("button:focus", { hasText: "New event" }).waitFor();
  });

  test("sends only what was changed, with the version that was seen", async () => {
    const { page, functions } = await openWithPlanning(open, "form-edit", {
      location: "Room Amber",
      description: "First line<br>second &amp; last",
      attendees: [{ email: "ada@example.com", responseStatus: "accepted" }],
    });
    const form = await edit(page);
    expect(await form.getByLabel("Notes").inputValue()).toBe("First line\nsecond & last");
    expect(await accessibilityProblems(page)).toEqual([]);
    await form.getByLabel("Title").fill("Planning, again");
    await form.getByLabel("Where").fill("");
    await form.getByRole("button", { name: "Save" }).click();
    expect(await functions.taken("updateEvent")).toEqual({
      calendarKey: keys.own,
      eventId: "Planning",
      etag: '"1"',
      changes: { summary: "Planning, again", location: null },
    });
  });

  test("follows what changes meanwhile, except for what the user has typed", async () => {
    const { page, data, functions } = await openWithPlanning(open, "form-meanwhile");
    const form = await edit(page);
    await form.getByLabel("Title").fill("Mine");
    await data.event("Planning", {
      ...timedEvent("Planning", 10, 1),
      summary: "Planning, theirs",
      location: "Room Blue",
      etag: '"7"',
    });
    await form.getByText("This event has changed meanwhile.").waitFor();
    expect(await form.getByLabel("Title").inputValue()).toBe("Mine");
    expect(await form.getByLabel("Where").inputValue()).toBe("Room Blue");
    await form.getByRole("button", { name: "Save" }).click();
    expect(await functions.taken("updateEvent")).toMatchObject({ etag: '"7"', changes: { summary: "Mine" } });
  });

  test("is moved to another calendar after its other changes", async () => {
    const { page, functions } = await openWithPlanning(open, "form-move");
    const form = await edit(page);
    await form.getByLabel("Title").fill("Planning for all");
    await form.getByRole("combobox", { name: "Calendar", exact: true }).selectOption({ label: "Team" });
    await form.getByRole("button", { name: "Save" }).click();
    await functions.taken("updateEvent");
    expect(await functions.taken("moveEvent")).toEqual({
      calendarKey: keys.own,
      eventId: "Planning",
      etag: '"2"',
      toCalendarKey: keys.team,
    });
  });

  test("fits a phone", async () => {
    const { page } = await openWithPlanning(
      open,
      "form-phone",
      {},
      { viewport: { width: 390, height: 844 } },
    );
    const form = await edit(page);
    await form.getByText("More", { exact: true }).click();
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(390);
    expect(await page.evaluate("document.querySelector('dialog').scrollWidth")).toBe(390);
    expect(await accessibilityProblems(page)).toEqual([]);
    await form.getByRole("button", { name: "Save" }).click();
    await form.waitFor({ state: "detached" });
  });
});
