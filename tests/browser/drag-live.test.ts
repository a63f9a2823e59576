import { beforeAll, expect, test } from "@jest/globals";
import type { calendar_v3 } from "googleapis/build/src/apis/calendar/index.js";
import { googleClientOf } from "../../stack/client/google-client.ts";
import { until } from "../../stack/client/until.ts";
import { control } from "../running-stack.ts";
import { describeInBrowser } from "./browser.ts";
import { connectOnPage } from "./consent.ts";
import { drag, dropAt, lowerEdgeOf, placeOf } from "./drag.ts";

const email = "dragger@example.com";
const calendarId = email;
const timeZone = "America/New_York";
/** Two days that are in one week, whichever day it begins on. */
const [tuesday, wednesday] = nextTuesdayAndWednesday();

/** At least a week from now, so that neither is today: the line of the current time covers events. */
function nextTuesdayAndWednesday(): [string, string] {
  const now = new Date();
  const days = 7 + ((2 - now.getUTCDay() + 7) % 7);
  return [dayIn(now, days), dayIn(now, days + 1)];
}

function dayIn(now: Date, days: number): string {
  return new Date(now.getTime() + days * 86_400_000).toISOString().slice(0, 10);
}

describeInBrowser("a drag on the whole stack", open => {
  let google: calendar_v3.Calendar;

  beforeAll(async () => {
    await control.reset();
    const calendars = [{ id: email, summary: "Own", timeZone, primary: true, events: [] }];
    await control.seed([{ email, name: "Dragger", calendars }]);
    google = await googleClientOf(control, email);
    await google.events.insert({
      calendarId,
      requestBody: {
        id: "moved0",
        summary: "To be moved",
        start: { dateTime: `${tuesday}T09:00:00`, timeZone },
        end: { dateTime: `${tuesday}T10:00:00`, timeZone },
      },
    });
  });

  test("brings the new time to Google, in the event's zone, and the sync brings it back", async () => {
    // The page is in the event's zone, so that the event is at 09:00 on every day of the year.
    const page = await open({ as: "dragger", timezoneId: timeZone });
    await connectOnPage(page, email);
    await page.getByRole("button", { name: "Week", exact: true }).click();
    await page.keyboard.press("j");
    const event = page.locator("[data-editable] .fc-event-draggable", { hasText: "To be moved" });
    // From Wednesday on, the day is two pages away.
    if ((await page.locator(`.fc-timegrid-col[data-date="${tuesday}"]`).count()) === 0)
      await page.keyboard.press("j");
    await event.waitFor();
    await drag(page, await placeOf(page, tuesday, "09:00"), await dropAt(page, wednesday, "11:30"));

    const start = await until(
      "Google has the new time",
      async () => {
        const { data } = await google.events.get({ calendarId, eventId: "moved0" });
        return data.start?.dateTime?.startsWith(wednesday) === true ? data.start : undefined;
      },
      60_000,
    );
    expect(start.dateTime).toMatch(new RegExp(`^${wednesday}T11:30:00-0[45]:00$`));
    expect(start.timeZone).toBe(timeZone);
    const column = page.locator(`.fc-timegrid-col[data-date="${wednesday}"]`);
    await column.locator("[data-event]:not(.is-pending)", { hasText: "To be moved" }).waitFor();
    expect(await event.count()).toBe(1);

    await event.hover();
    await drag(page, await lowerEdgeOf(event), await placeOf(page, wednesday, "13:15"));
    await until(
      "Google has the new end",
      async () => {
        const { data } = await google.events.get({ calendarId, eventId: "moved0" });
        return data.end?.dateTime?.startsWith(`${wednesday}T13:30:00`);
      },
      60_000,
    );
    await column.locator("[data-event]:not(.is-pending)", { hasText: "11:30" }).waitFor();
    await event.focus();
    await page.keyboard.press("Alt+ArrowUp");
    await until(
      "Google has the time of the keyboard's step",
      async () => {
        const { data } = await google.events.get({ calendarId, eventId: "moved0" });
        return data.start?.dateTime?.startsWith(`${wednesday}T11:15:00`);
      },
      60_000,
    );
  }, 150_000);

  test("is not needed for a new event: a click on a free hour makes one there", async () => {
    const page = await open({ as: "dragger", timezoneId: timeZone });
    await page.getByRole("button", { name: "Week", exact: true }).click();
    await page.getByRole("button", { name: "New event" }).first().waitFor();
    await page.keyboard.press("j");
    if ((await page.locator(`.fc-timegrid-col[data-date="${tuesday}"]`).count()) === 0)
      await page.keyboard.press("j");
    await page.locator("[data-editable] .fc-event-draggable").first().waitFor();
    const { x, y } = await placeOf(page, tuesday, "15:00");
    await page.mouse.click(x, y);
    const form = page.getByRole("dialog", { name: "New event" });
    await form.getByLabel("Title").fill("Clicked");
    await form.getByRole("button", { name: "Save" }).click();
    await page
      .locator(`.fc-timegrid-col[data-date="${tuesday}"] [data-event]:not(.is-pending)`, {
        hasText: "Clicked",
      })
      .waitFor();
    const { data } = await google.events.list({ calendarId, q: "Clicked" });
    expect(data.items?.map(({ start }) => start)).toMatchObject([{ timeZone }]);
    expect(data.items?.[0]?.start?.dateTime).toMatch(new RegExp(`^${tuesday}T15:00:00`));
  }, 150_000);
});
