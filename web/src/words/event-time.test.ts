import { describe, expect, test } from "@jest/globals";
import type { EventDocument, EventTime } from "@firestore-calendar-sync/client";
import { dayWords, eventTimeWords, shortTimeWords, startWords } from "./event-time.ts";

const berlin = { locale: "en-GB", timeZone: "Europe/Berlin" };

function stamp(iso: string) {
  const millis = Date.parse(iso);
  return { seconds: millis / 1000, nanoseconds: 0, toDate: () => new Date(millis), toMillis: () => millis };
}

function event(start: EventTime, end: EventTime): EventDocument {
  const moment = (t: EventTime) => stamp("date" in t ? `${t.date}T00:00:00Z` : t.dateTime);
  return {
    calendarKey: "abcdefghijklmnopqrstu_",
    eventId: "e",
    startAt: moment(start),
    endAt: moment(end),
    start,
    end,
    allDay: "date" in start,
    status: "confirmed",
    eventType: "default",
    etag: '"1"',
    updatedAt: stamp("2026-01-01T00:00:00Z"),
  };
}

/** Intl puts thin and narrow spaces around dashes. The tests treat them as ordinary spaces. */
const plain = (text: string | undefined) => text?.replaceAll(/[\u2009\u202f\u00a0]/g, " ");

describe("eventTimeWords", () => {
  test("a meeting in the viewer's own zone has one line", () => {
    const words = eventTimeWords(
      event(
        { dateTime: "2026-11-23T09:00:00+01:00", timeZone: "Europe/Berlin" },
        { dateTime: "2026-11-23T09:15:00+01:00", timeZone: "Europe/Berlin" },
      ),
      berlin,
    );
    expect(plain(words.viewer)).toBe("Monday, 23 November 2026, 09:00–09:15");
    expect(words.elsewhere).toBeUndefined();
  });

  test("a meeting entered in New York says its time there too", () => {
    const words = eventTimeWords(
      event(
        { dateTime: "2026-11-23T09:00:00-05:00", timeZone: "America/New_York" },
        { dateTime: "2026-11-23T10:00:00-05:00", timeZone: "America/New_York" },
      ),
      berlin,
    );
    expect(plain(words.viewer)).toBe("Monday, 23 November 2026, 15:00–16:00");
    expect(plain(words.elsewhere)).toBe("09:00–10:00 in New York (GMT-5)");
    expect(plain(words.both)).toBe("15:00–16:00 · 09:00–10:00 in New York (GMT-5)");
  });

  test("the date is said too where it is another day", () => {
    const words = eventTimeWords(
      event(
        { dateTime: "2026-11-24T09:00:00+09:00", timeZone: "Asia/Tokyo" },
        { dateTime: "2026-11-24T10:00:00+09:00", timeZone: "Asia/Tokyo" },
      ),
      { locale: "en-GB", timeZone: "America/New_York" },
    );
    expect(plain(words.elsewhere)).toContain("24 November");
  });

  test("an event that names no zone says its time in the calendar's", () => {
    const unnamed = event({ dateTime: "2026-11-23T08:30:00Z" }, { dateTime: "2026-11-23T09:30:00Z" });
    const reader = { locale: "en-GB", timeZone: "UTC" };
    expect(plain(eventTimeWords(unnamed, reader, "Europe/Berlin").elsewhere)).toBe(
      "09:30–10:30 in Berlin (GMT+1), the calendar's time zone",
    );
    expect(eventTimeWords(unnamed, reader, "UTC").elsewhere).toBeUndefined();
    expect(eventTimeWords(unnamed, reader).elsewhere).toBeUndefined();
  });

  test("the event's own zone comes before the calendar's", () => {
    const own = event(
      { dateTime: "2026-11-23T09:30:00+01:00", timeZone: "Europe/Berlin" },
      { dateTime: "2026-11-23T10:30:00+01:00", timeZone: "Europe/Berlin" },
    );
    const words = eventTimeWords(own, { locale: "en-GB", timeZone: "UTC" }, "Asia/Tokyo");
    expect(plain(words.elsewhere)).toBe("09:30–10:30 in Berlin (GMT+1)");
  });

  test("two zones with the same time are not told apart", () => {
    const words = eventTimeWords(
      event(
        { dateTime: "2026-11-23T09:00:00+01:00", timeZone: "Europe/Paris" },
        { dateTime: "2026-11-23T10:00:00+01:00", timeZone: "Europe/Paris" },
      ),
      berlin,
    );
    expect(words.elsewhere).toBeUndefined();
  });

  test("a zone that the browser does not know is left out", () => {
    const words = eventTimeWords(
      event(
        { dateTime: "2026-11-23T09:00:00+01:00", timeZone: "Mars/Olympus" },
        { dateTime: "2026-11-23T10:00:00+01:00", timeZone: "Mars/Olympus" },
      ),
      berlin,
    );
    expect(words.elsewhere).toBeUndefined();
  });

  test("an all-day event ends on its last day, in every zone", () => {
    for (const timeZone of ["Pacific/Kiritimati", "Pacific/Pago_Pago"]) {
      const one = eventTimeWords(event({ date: "2026-11-23" }, { date: "2026-11-24" }), {
        locale: "en-GB",
        timeZone,
      });
      expect(plain(one.viewer)).toBe("Monday, 23 November 2026");
      const three = eventTimeWords(event({ date: "2026-11-23" }, { date: "2026-11-26" }), {
        locale: "en-GB",
        timeZone,
      });
      expect(plain(three.viewer)).toContain("25 November");
    }
  });
});

test("startWords names a date or a moment", () => {
  expect(plain(startWords({ date: "2026-11-23" }, berlin))).toBe("Monday, 23 November 2026");
  expect(plain(startWords({ dateTime: "2026-11-23T08:00:00Z" }, berlin))).toContain("09:00");
});

describe("the words of a list by day", () => {
  const nowMs = Date.parse("2026-12-31T12:00:00Z");

  test("name today, and the year of another year", () => {
    expect(dayWords("2026-12-31", nowMs, berlin)).toBe("Today, Thursday 31 December");
    expect(dayWords("2026-12-30", nowMs, berlin)).toBe("Wednesday 30 December");
    expect(dayWords("2027-01-01", nowMs, berlin)).toBe("Friday, 1 January 2027");
  });

  test("today is the viewer's", () => {
    const kiritimati = { locale: "en-GB", timeZone: "Pacific/Kiritimati" };
    expect(dayWords("2027-01-01", nowMs, kiritimati)).toBe("Today, Friday 1 January");
  });

  test("have no date for a timed event, and no time for an all-day event", () => {
    const timed = event({ dateTime: "2026-11-23T09:00:00+01:00" }, { dateTime: "2026-11-23T09:15:00+01:00" });
    expect(plain(shortTimeWords(timed, berlin))?.replace(/ ?– ?/, "-")).toBe("09:00-09:15");
    expect(shortTimeWords(event({ date: "2026-11-23" }, { date: "2026-11-24" }), berlin)).toBe("All day");
  });
});
