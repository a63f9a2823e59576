import { Calendar, type CalendarOptions } from "@fullcalendar/core";
import dayGridPlugin from "@fullcalendar/daygrid";
import listPlugin from "@fullcalendar/list";
import timeGridPlugin from "@fullcalendar/timegrid";
import type { EventDocument } from "@firestore-calendar-sync/client";
import type { EntryChange } from "../app/entries.ts";
import type { GridEdits } from "../app/grid-edits.ts";
import { markCopies } from "./copy-marks.ts";
import { createDrawnEntries } from "./drawn-entries.ts";
import type { EditingOptions } from "./editable-grid.ts";
import { markEvent } from "./event-marks.ts";
import { googleTimes, nextHalfHour, type EventTimes } from "./event-times.ts";
import { firstDayOfWeek } from "./first-day.ts";
import type { ViewName } from "./views.ts";
import type { EventTimeWords } from "../words/event-time.ts";
import { offsetWords } from "../words/time-zone.ts";

/** The visible range. */
export interface ShownRange {
  readonly from: Date;
  readonly to: Date;
  /** For example `November 2026`. */
  readonly title: string;
  readonly view: ViewName;
}

export interface CalendarView {
  /** Draws the changes. Highlights the events in `fresh` for a moment. */
  apply(changes: readonly EntryChange[], fresh: ReadonlySet<string>): void;
  show(view: ViewName): void;
  move(step: "previous" | "next" | "today"): void;
  /** Moves to the page with a day, for example `2026-11-23`. */
  showDay(day: string): void;
  /** Must be called after the size of the grid's container has changed. */
  resize(): void;
  /**
   * Lets the user move, resize and create events. Called again, with the same object, when the answers of `canEdit` may
   * have changed. The code for it is loaded with the first call.
   */
  allowEdits(edits: GridEdits): void;
  /** An hour from the next half hour on: of today if it is shown, of the shown day otherwise. */
  timesForNew(now: Date): EventTimes;
}

export interface CalendarViewOptions extends EditingOptions {
  /** The viewer's own language, a BCP 47 tag: its region decides on which day the week begins. */
  readonly language: string;
  readonly view: ViewName;
  onRange(range: ShownRange): void;
  onOpen(id: string): void;
  /** The time of an event as text. Called when the event is drawn. */
  timeWords(event: EventDocument): EventTimeWords;
}

const viewTypes: Record<ViewName, string> = {
  month: "dayGridMonth",
  week: "timeGridWeek",
  day: "timeGridDay",
  agenda: "listAgenda",
};

export function createCalendarView(element: HTMLElement, options: CalendarViewOptions): CalendarView {
  const drawn = createDrawnEntries(element, () => calendar);
  const { entries } = drawn;
  const calendar: Calendar = new Calendar(element, {
    ...appearance(options),
    plugins: [dayGridPlugin, timeGridPlugin, listPlugin],
    initialView: viewTypes[options.view],
    events: (_range, succeed) => {
      succeed(drawn.inputs());
    },
    lazyFetching: true,
    datesSet: ({ start, end, view }) => {
      makeScrollable(element);
      options.onRange({ from: start, to: end, title: view.title, view: nameOf(view.type) });
    },
    eventClick: ({ event, jsEvent }) => {
      jsEvent.preventDefault();
      options.onOpen(event.id);
    },
    dayCellDidMount: ({ el }) => {
      // The component labels a cell only with its date, so screen readers would not read its events (WCAG 2.5.3).
      el.removeAttribute("aria-labelledby");
    },
    eventDidMount: ({ el, event, view, isMirror }) => {
      // While an event is dragged, it is drawn twice. Only one of both is the event.
      if (!isMirror) el.dataset["event"] = event.id;
      const entry = entries.get(event.id);
      if (!entry) return;
      markEvent(el, entry.event, options.timeWords(entry.event), view.type === viewTypes.agenda);
      markCopies(el, entry.alsoIn);
    },
  });
  calendar.render();

  let editing: Promise<void> | undefined;

  return {
    apply(changes, fresh) {
      drawn.apply(changes);
      highlight(element, fresh);
    },
    show(view) {
      calendar.changeView(viewTypes[view]);
    },
    move(step) {
      if (step === "previous") calendar.prev();
      else if (step === "next") calendar.next();
      else calendar.today();
    },
    showDay(day) {
      calendar.gotoDate(day);
    },
    resize() {
      calendar.updateSize();
    },
    allowEdits(edits) {
      drawn.allow(edits);
      // If the code cannot be loaded, the next call tries again. The page can be used without it.
      editing ??= import("./editing.ts").then(
        ({ startEditing }) => {
          startEditing({ calendar, element, drawn, edits, options });
        },
        () => {
          editing = undefined;
        },
      );
    },
    timesForNew(now) {
      const { currentStart, currentEnd } = calendar.view;
      const isTodayShown = currentStart <= now && now < currentEnd;
      const times = nextHalfHour(now, options.timeZone, isTodayShown ? now : calendar.getDate());
      return googleTimes(times, { viewer: options.timeZone });
    },
  };
}

function appearance({ locale, language, timeZone }: CalendarViewOptions): CalendarOptions {
  return {
    locale,
    headerToolbar: false,
    height: "100%",
    views: {
      dayGridMonth: { dayMaxEvents: true, fixedWeekCount: false },
      timeGridWeek: { weekNumbers: true },
      // The place of a week's number would be a link that is hidden from screen readers (WCAG 4.1.2). Without it, the
      // heading of the day is no link either: it would lead to the same day.
      timeGridDay: { weekNumbers: true, navLinks: false },
      listAgenda: { type: "list", duration: { days: 14 }, dateAlignment: "day" },
    },
    allDayText: "all day",
    noEventsText: "Nothing planned in these two weeks",
    nowIndicator: true,
    navLinks: true,
    eventInteractive: true,
    slotEventOverlap: false,
    scrollTime: "07:30:00",
    slotDuration: "00:30:00",
    expandRows: true,
    // The top of the time axis, which is the place of a week's number, names the viewer's zone. At noon, the clocks
    // of a day have already changed.
    weekNumberContent: ({ date }) => offsetWords(timeZone, new Date(date.getTime() + 12 * 3_600_000)),
    firstDay: firstDayOfWeek(language),
    eventMinHeight: 22,
    eventShortHeight: 36,
    ...timeFormats(locale),
    dayHeaderContent: ({ date, view }) =>
      view.type === "timeGridWeek" ? { domNodes: dayHeading(date, locale) } : true,
    listDayFormat: { weekday: "long", day: "numeric", month: "long" },
    listDaySideFormat: false,
  };
}

/** `9am` for locales with 12 hours, `09:00` for locales with 24 hours. */
function timeFormats(locale: string): CalendarOptions {
  const twelve = new Intl.DateTimeFormat(locale, { hour: "numeric" }).resolvedOptions().hour12 === true;
  const format = twelve
    ? ({ hour: "numeric", minute: "2-digit", omitZeroMinute: true, meridiem: "short" } as const)
    : ({ hour: "2-digit", minute: "2-digit", hour12: false } as const);
  return { eventTimeFormat: format, slotLabelFormat: format };
}

/** The heading of a day: its weekday and, in a larger font, its day of the month. */
function dayHeading(date: Date, locale: string): HTMLElement[] {
  return (["weekday", "day"] as const).map(part => {
    const element = document.createElement("span");
    element.className = `heading-${part}`;
    element.textContent =
      part === "day"
        ? String(date.getDate())
        : new Intl.DateTimeFormat(locale, { weekday: "short" }).format(date);
    return element;
  });
}

function nameOf(type: string): ViewName {
  const found = Object.entries(viewTypes).find(([, candidate]) => candidate === type);
  return (found?.[0] ?? "month") as ViewName;
}

/**
 * A scrollable region can be scrolled by keyboard only if an element in it can have the focus (WCAG 2.1.1). In a grid
 * only cells may have it, so in the week and day views the first column gets it.
 */
function makeScrollable(element: HTMLElement): void {
  const targets = ".fc-list > .fc-scroller, .fc-timegrid-cols .fc-timegrid-axis + td[role='gridcell']";
  for (const target of element.querySelectorAll<HTMLElement>(targets)) target.tabIndex = 0;
}

/** Highlights new and changed events with a short glow, or with a steady outline if the user prefers reduced motion. */
function highlight(element: HTMLElement, ids: ReadonlySet<string>): void {
  if (ids.size === 0) return;
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  for (const target of element.querySelectorAll<HTMLElement>("[data-event]")) {
    if (!ids.has(target.dataset["event"] ?? "")) continue;
    const glow = { boxShadow: "0 0 0 2px var(--accent), 0 0 18px 2px var(--accent)", zIndex: "6" };
    const rest = { boxShadow: "0 0 0 0 transparent, 0 0 0 0 transparent" };
    target.animate(calm ? [glow, glow] : [glow, { ...glow, offset: 0.35 }, rest], {
      duration: 2200,
      easing: "ease-out",
    });
  }
}
