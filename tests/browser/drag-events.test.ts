import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { Timestamp } from "firebase-admin/firestore";
import type { Locator, Page } from "playwright-core";
import type { EventDocument, EventTime } from "@firestore-calendar-sync/client";
import { accessibilityProblems } from "./accessibility.ts";
import { until } from "../../stack/client/until.ts";
import { describeInBrowser, type OpenPage } from "./browser.ts";
import { standInFunctions, type StandInFunctions } from "./event-functions.ts";
import { dayOf, drag, dropAt, dragByTouch, lowerEdgeOf, middleOf, placeOf } from "./drag.ts";
import { allDayEvent, connectAdmin, keys, timedEvent } from "./user-data.ts";

const wednesday = "2026-11-25";
const thursday = "2026-11-26";

let admin: ReturnType<typeof connectAdmin>;
beforeAll(() => {
  admin = connectAdmin();
});
afterAll(async () => {
  await admin.close();
});

/** An hour on Wednesday, from 10:00 UTC or later. It was entered in Berlin, where it is an hour later. */
function planning(hour = 10): EventDocument {
  const timeZone = "Europe/Berlin";
  const at = (hours: number) => Timestamp.fromDate(new Date(`${wednesday}T${hours}:00:00Z`));
  const inBerlin = (hours: number) => ({ dateTime: `${wednesday}T${hours + 1}:00:00+01:00`, timeZone });
  return {
    ...timedEvent("Planning", hour, 1),
    startAt: at(hour),
    endAt: at(hour + 1),
    start: inBerlin(hour),
    end: inBerlin(hour + 1),
  };
}

interface Opened {
  readonly page: Page;
  readonly functions: StandInFunctions;
  readonly event: (name: string) => Locator;
}

/** Opens a view, on a Wednesday, with a timed event, an all-day event and an event that the user can only read. */
async function openView(open: OpenPage, as: string, view: string, options: object = {}): Promise<Opened> {
  let functions: StandInFunctions | undefined;
  const page = await open({
    as,
    before: async each => {
      await each.clock.setFixedTime(new Date(`${wednesday}T08:00:00Z`));
      functions = await standInFunctions(each);
    },
    ...options,
  });
  const data = await admin.of(as);
  await Promise.all([
    data.account({ canWrite: true }),
    data.calendar(keys.own),
    data.calendar(keys.team, { accessRole: "reader" }),
    data.event("Planning", planning()),
    data.event("Trip", allDayEvent("Trip", wednesday, 1)),
    data.event("Fixed", { ...planning(14), summary: "Fixed", calendarKey: keys.team }),
  ]);
  await page.getByRole("button", { name: view, exact: true }).click();
  const event = (name: string) => page.locator("[data-event]", { hasText: name });
  for (const name of ["Planning", "Trip", "Fixed"]) await event(name).waitFor();
  await page.locator("[data-editable]").waitFor();
  if (view !== "Agenda") await page.locator(".fc-event-draggable", { hasText: "Planning" }).waitFor();
  if (!functions) throw new Error("the page would call the functions, which do not know this account");
  return { page, functions, event };
}

/** The times of the next change that the page asks for. */
async function nextTimes(functions: StandInFunctions): Promise<{ start?: EventTime; end?: EventTime }> {
  const { changes } = await functions.taken("updateEvent");
  const { start, end } = changes as { start?: EventTime; end?: EventTime };
  return { ...(start && { start }), ...(end && { end }) };
}

describeInBrowser("events in the grid", open => {
  test("a dragged event is shown at the new time at once, and keeps the zone in which it was entered", async () => {
    const { page, functions } = await openView(open, "drag-move", "Week");
    await drag(page, await placeOf(page, wednesday, "10:00"), await dropAt(page, thursday, "12:30"));
    expect(await nextTimes(functions)).toEqual({
      start: { dateTime: `${thursday}T13:30:00+01:00`, timeZone: "Europe/Berlin" },
      end: { dateTime: `${thursday}T14:30:00+01:00`, timeZone: "Europe/Berlin" },
    });
    const column = page.locator(`.fc-timegrid-col[data-date="${thursday}"]`);
    expect(await column.locator("[data-event]", { hasText: "Planning" }).textContent()).toContain("12:30");
    expect(await page.getByRole("status").allTextContents()).toContainEqual(
      expect.stringMatching(/^Planning: Thursday.*26 November 2026.*12:30.*13:30$/),
    );
    expect(await page.getByRole("dialog").count()).toBe(0);
    expect(await accessibilityProblems(page)).toEqual([]);
  });

  test("the code for changes, when it is there, leaves the focus and the scrolled hours as they are", async () => {
    const { promise: onItsWay, resolve: deliver } = Promise.withResolvers<undefined>();
    const page = await open({
      as: "late-code",
      before: async each => {
        await each.clock.setFixedTime(new Date(`${wednesday}T08:00:00Z`));
        await each.route("**/assets/editing-*.js", async route => {
          await onItsWay;
          await route.continue();
        });
      },
    });
    const data = await admin.of("late-code");
    await Promise.all([data.account({ canWrite: true }), data.calendar(keys.own)]);
    await data.event("Planning", planning());
    await page.getByRole("button", { name: "Week", exact: true }).click();
    const event = page.locator(".fc-event-draggable", { hasText: "Planning" });
    await event.focus();
    const hours = page.locator(".fc-scroller-liquid-absolute");
    await hours.evaluate((element: { scrollTop: number }) => {
      element.scrollTop = 123;
    });
    const first = await event.elementHandle();
    deliver(undefined);
    await page.locator("[data-editable]").waitFor();
    expect(await first.evaluate((element: { isConnected: boolean }) => element.isConnected)).toBe(false);
    await page.waitForFunction(
      "document.querySelector('.fc-scroller-liquid-absolute').scrollTop === 123",
      undefined,
      { timeout: 5_000 },
    );
    expect(await page.evaluate("document.activeElement.dataset.event")).toContain("Planning");
  });

  test("a refused change shows the event where it was", async () => {
    const { page, functions, event } = await openView(open, "drag-refused", "Week");
    functions.refuse({ status: "FAILED_PRECONDITION", message: "Google has refused the change." });
    await drag(page, await placeOf(page, wednesday, "10:00"), await dropAt(page, thursday, "12:30"));
    await nextTimes(functions);
    const before = page.locator(`.fc-timegrid-col[data-date="${wednesday}"] [data-event]`, {
      hasText: "Planning",
    });
    await before.waitFor();
    expect(await event("Planning").count()).toBe(1);
    await event("Planning").click();
    await page.getByRole("dialog", { name: "Planning" }).waitFor();
  });

  test("the lower edge changes the end", async () => {
    const { page, functions, event } = await openView(open, "drag-resize", "Day");
    await event("Planning").hover();
    await drag(page, await lowerEdgeOf(event("Planning")), await placeOf(page, wednesday, "12:15"));
    expect(await nextTimes(functions)).toEqual({
      start: { dateTime: `${wednesday}T11:00:00+01:00`, timeZone: "Europe/Berlin" },
      end: { dateTime: `${wednesday}T13:30:00+01:00`, timeZone: "Europe/Berlin" },
    });
  });

  test("between the hours and the row above them, events become all-day ones and timed ones", async () => {
    const { page, functions, event } = await openView(open, "drag-row", "Week");
    await drag(page, await middleOf(event("Planning")), await dayOf(page, thursday));
    expect(await nextTimes(functions)).toEqual({ start: { date: thursday }, end: { date: "2026-11-27" } });
    await drag(page, await middleOf(event("Trip")), await placeOf(page, thursday, "15:00"));
    expect(await nextTimes(functions)).toEqual({
      start: { dateTime: `${thursday}T15:00:00+00:00`, timeZone: "UTC" },
      end: { dateTime: `${thursday}T16:00:00+00:00`, timeZone: "UTC" },
    });
  });

  test("in the month view, events change their day and keep their time", async () => {
    const { page, functions, event } = await openView(open, "drag-month", "Month");
    await drag(page, await middleOf(event("Planning")), await dayOf(page, "2026-11-18"));
    expect(await nextTimes(functions)).toEqual({
      start: { dateTime: "2026-11-18T11:00:00+01:00", timeZone: "Europe/Berlin" },
      end: { dateTime: "2026-11-18T12:00:00+01:00", timeZone: "Europe/Berlin" },
    });
    await drag(page, await middleOf(event("Trip")), await dayOf(page, "2026-11-17"));
    expect(await nextTimes(functions)).toEqual({
      start: { date: "2026-11-17" },
      end: { date: "2026-11-18" },
    });
  });

  test("an event that the user can only read does not move, and a click opens it", async () => {
    const { page, functions, event } = await openView(open, "drag-fixed", "Week");
    await drag(page, await placeOf(page, wednesday, "14:00"), await dropAt(page, thursday, "12:30"));
    await event("Fixed").focus();
    await page.keyboard.press("Alt+ArrowRight");
    await page.getByRole("status").getByText("Fixed cannot be moved.").waitFor();
    expect(await page.locator(`.fc-timegrid-col[data-date="${thursday}"] [data-event]`).count()).toBe(0);
    expect(functions.sent.length).toBe(0);
    await event("Fixed").click();
    await page.getByRole("dialog", { name: "Fixed" }).waitFor();
  });

  test.each(["Week", "Agenda"])(
    "in the %s view, Alt and the arrow keys move the focused event",
    async view => {
      const { page, functions, event } = await openView(open, `keys-${view.toLowerCase()}`, view);
      const target = view === "Week" ? event("Planning") : event("Planning").locator("a");
      await target.focus();
      for (const key of ["ArrowRight", "ArrowDown", "ArrowDown", "ArrowUp", "Shift+ArrowDown"])
        await page.keyboard.press(`Alt+${key}`);
      await page
        .getByRole("status")
        .getByText(/^Planning: Thursday.*10:15.*11:30$/)
        .waitFor();
      // Several steps are one change.
      expect(await nextTimes(functions)).toEqual({
        start: { dateTime: `${thursday}T11:15:00+01:00`, timeZone: "Europe/Berlin" },
        end: { dateTime: `${thursday}T12:30:00+01:00`, timeZone: "Europe/Berlin" },
      });
      expect(functions.sent.length).toBe(1);
      expect(await page.evaluate("document.activeElement.closest('[data-event]').textContent")).toContain(
        "Planning",
      );
      expect(await accessibilityProblems(page)).toEqual([]);
    },
  );

  test("Escape takes steps back, and nothing is changed", async () => {
    const { page, functions, event } = await openView(open, "keys-escape", "Week");
    await event("Planning").focus();
    await page.keyboard.press("Alt+ArrowRight");
    await page.locator(`.fc-timegrid-col[data-date="${thursday}"] [data-event]`).waitFor();
    await page.keyboard.press("Escape");
    await page
      .locator(`.fc-timegrid-col[data-date="${thursday}"] [data-event]`)
      .waitFor({ state: "detached" });
    await page.keyboard.press("Alt+ArrowLeft");
    const { start } = await nextTimes(functions);
    expect(start).toMatchObject({ dateTime: "2026-11-24T11:00:00+01:00" });
  });

  test("a finger that rests on an event moves it, and one that does not scrolls", async () => {
    const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
    const { page, functions, event } = await openView(open, "drag-touch", "Day", phone);
    const planned = async (time: string) => await placeOf(page, wednesday, time);
    const before = await event("Planning").boundingBox();
    await dragByTouch(page, await planned("10:00"), await planned("12:00"), 0);
    await until("the hours are scrolled", async () => {
      const now = await event("Planning").boundingBox();
      return now?.y === before?.y ? undefined : now;
    });
    expect(functions.sent.length).toBe(0);
    await planned("12:00");
    await dragByTouch(page, await planned("10:00"), await dropAt(page, wednesday, "12:00"), 700);
    expect((await nextTimes(functions)).start).toMatchObject({ dateTime: `${wednesday}T13:00:00+01:00` });
    expect(await page.getByRole("dialog").count()).toBe(0);
  });

  test("a click on a free hour, a drag over some and the key c open the form with these times", async () => {
    const { page } = await openView(open, "drag-create", "Week");
    const form = page.getByRole("dialog", { name: "New event" });
    const expectTimes = async (day: string, from: string, to: string) => {
      await form.waitFor();
      const values = ["Starts on", "At", "Ends on", "Until"].map(label =>
        form.getByLabel(label, { exact: true }).inputValue(),
      );
      expect(await Promise.all(values)).toEqual([day, from, day, to]);
      await page.keyboard.press("Escape");
      await form.waitFor({ state: "detached" });
    };
    const { x, y } = await placeOf(page, thursday, "15:45");
    await page.mouse.click(x, y);
    await expectTimes(thursday, "15:30", "16:30");
    // The quarter in which the drag ends belongs to it.
    await drag(page, await placeOf(page, thursday, "12:15"), await placeOf(page, thursday, "14:30"));
    await expectTimes(thursday, "12:15", "14:45");
    await page.keyboard.press("c");
    await expectTimes(wednesday, "08:30", "09:30");
    await page.keyboard.press("j");
    await page.keyboard.press("c");
    await expectTimes("2026-11-30", "08:30", "09:30");
  });

  test("e edits and Delete deletes the focused event", async () => {
    const { page, event } = await openView(open, "keys-edit", "Week");
    await event("Planning").focus();
    await page.keyboard.press("e");
    await page.getByRole("dialog", { name: "Edit event" }).waitFor();
    await page.keyboard.press("Escape");
    await event("Planning").focus();
    await page.keyboard.press("Delete");
    await event("Planning").waitFor({ state: "detached" });
  });

  test("the help lists the keys for changes", async () => {
    const { page } = await openView(open, "keys-help", "Week");
    await page.keyboard.press("?");
    const help = page.getByRole("dialog", { name: "Keyboard shortcuts" });
    for (const words of ["New event", "Edit the event", "Delete the event", "Move the event by 15 minutes"])
      await help.getByText(words, { exact: true }).waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
  });
});
