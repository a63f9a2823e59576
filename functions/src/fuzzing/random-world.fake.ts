import type { FakeGoogle, GoogleEvent } from "../sync/testing/fake-google.fake.ts";
import { randomChoice } from "../sync/testing/schedule.fake.ts";
import { dayMs } from "../sync/testing/sync-world.fake.ts";
import { startMs } from "../sync/testing/virtual-clock.fake.ts";
import { pick, pickWeighted } from "./odd-values.fake.ts";
import { randomDetails } from "./random-details.fake.ts";

const hourMs = 3_600_000;
/** Berlin's offset during the whole window of these worlds. Other tests cover daylight saving. */
const offsetMs = hourMs;
/** Zones with that offset: it makes no difference whether the event's zone or the calendar's is used. */
const zones = ["Europe/Berlin", "Europe/Berlin", "Europe/Madrid", "Europe/Rome"];

/** Midnight in Berlin on the first day of the world. */
const firstMidnightMs = startMs - (startMs % dayMs) - offsetMs;

/** The properties of a series that exceptions and splits need. It repeats every `stepDays` from its first day on. */
interface KnownSeries {
  readonly id: string;
  /** The first part of its instances' ids. */
  readonly familyId: string;
  readonly allDay: boolean;
  readonly firstDay: number;
  readonly hour: number;
  readonly stepDays: number;
  readonly timeZone: string;
  readonly exceptions: Set<string>;
}

const day = (days: number): string =>
  new Date(firstMidnightMs + offsetMs + days * dayMs).toISOString().slice(0, 10);

function moment(days: number, hour: number, timeZone: string) {
  const local = new Date(firstMidnightMs + offsetMs + days * dayMs + hour * hourMs).toISOString();
  return { dateTime: `${local.slice(0, 19)}+01:00`, timeZone };
}

/** `20260105T080000Z`, or `20260105`. */
function stamp({ allDay, hour }: Pick<KnownSeries, "allDay" | "hour">, days: number): string {
  if (allDay) return day(days).replaceAll("-", "");
  const utc = new Date(firstMidnightMs + days * dayMs + hour * hourMs).toISOString();
  return `${utc.slice(0, 19).replaceAll(/[-:]/g, "")}Z`;
}

/** A calendar with random edits; the same `random` makes the same edits. */
export class RandomCalendar {
  readonly #google: FakeGoogle;
  readonly #random: () => number;
  readonly #series: KnownSeries[] = [];
  readonly #singles: string[] = [];
  #ids = 0;

  constructor(google: FakeGoogle, random: () => number) {
    this.#google = google;
    this.#random = random;
  }

  edit(): void {
    const edits: readonly (readonly [number, () => void])[] = [
      [
        4,
        () => {
          this.#newSingle();
        },
      ],
      [
        3,
        () => {
          this.#newSeries();
        },
      ],
      [
        3,
        () => {
          this.#changeSingle();
        },
      ],
      [
        1,
        () => {
          this.#removeSingle();
        },
      ],
      [
        3,
        () => {
          this.#makeException();
        },
      ],
      [
        2,
        () => {
          this.#changeSeries();
        },
      ],
      [
        1,
        () => {
          this.#split();
        },
      ],
      [
        0.5,
        () => {
          this.#removeSeries();
        },
      ],
    ];
    pickWeighted(randomChoice(this.#random), edits)();
  }

  #below(limit: number): number {
    return Math.floor(this.#random() * limit);
  }

  #times(): GoogleEvent {
    const days = this.#below(40) - 18;
    const hour = this.#below(24);
    const timeZone = pick(this.#random, zones);
    const length = pick(this.#random, [0, 0.5, 1, 3, 30]);
    if (this.#random() < 0.3)
      return { start: { date: day(days) }, end: { date: day(days + 1 + this.#below(3)) } };
    return { start: moment(days, hour, timeZone), end: moment(days, hour + length, timeZone) };
  }

  #newSingle(): void {
    const id = `single${++this.#ids}`;
    this.#singles.push(id);
    const old = this.#random() < 0.1;
    const times = old ? { start: { date: day(-90) }, end: { date: day(-89) } } : this.#times();
    this.#google.put(id, { ...times, ...randomDetails(this.#random) });
  }

  #changeSingle(): void {
    if (this.#singles.length === 0) return;
    const id = pick(this.#random, this.#singles);
    this.#google.put(id, this.#random() < 0.5 ? this.#times() : randomDetails(this.#random));
  }

  #removeSingle(): void {
    const [id] = this.#singles.splice(this.#below(this.#singles.length), 1);
    if (id !== undefined) this.#google.remove(id);
  }

  #newSeries(): void {
    const allDay = this.#random() < 0.3;
    const stepDays = pick(this.#random, [1, 2, 7]);
    const known: KnownSeries = {
      id: `series${++this.#ids}`,
      familyId: `series${this.#ids}`,
      allDay,
      firstDay: this.#below(30) - 16,
      hour: this.#below(22),
      stepDays,
      timeZone: pick(this.#random, zones),
      exceptions: new Set(),
    };
    this.#series.push(known);
    this.#google.put(known.id, {
      ...this.#span(known, known.firstDay),
      ...randomDetails(this.#random),
      ...this.#rules(known),
    });
  }

  #span({ allDay, hour, timeZone }: KnownSeries, days: number, later = 0): GoogleEvent {
    if (allDay) return { start: { date: day(days + later) }, end: { date: day(days + later + 1) } };
    return { start: moment(days, hour + later, timeZone), end: moment(days, hour + later + 1, timeZone) };
  }

  #rules(series: KnownSeries, until?: number): GoogleEvent {
    const { stepDays, allDay, timeZone, firstDay } = series;
    const base = stepDays === 7 ? "FREQ=WEEKLY" : `FREQ=DAILY;INTERVAL=${stepDays}`;
    const ending = pick(this.#random, [
      "",
      ";COUNT=5",
      ";COUNT=20",
      `;UNTIL=${stamp(series, firstDay + 25)}`,
    ]);
    const rule = `RRULE:${base}${until === undefined ? ending : `;UNTIL=${stamp(series, until)}`}`;
    const list = (name: string, days: number) =>
      allDay
        ? `${name};VALUE=DATE:${stamp(series, days)}`
        : `${name};TZID=${timeZone}:${day(days).replaceAll("-", "")}T${String(series.hour).padStart(2, "0")}0000`;
    const more = [
      ...(this.#random() < 0.2 ? [list("EXDATE", firstDay + 2 * stepDays)] : []),
      // Three days after the first day, a weekly series has no instance of its own.
      ...(this.#random() < 0.2 && stepDays === 7 ? [list("RDATE", firstDay + 3)] : []),
    ];
    return { recurrence: [rule, ...more] };
  }

  #makeException(): void {
    if (this.#series.length === 0) return;
    const series = pick(this.#random, this.#series);
    const days = series.firstDay + series.stepDays * (1 + this.#below(6));
    const id = `${series.familyId}_${stamp(series, days)}`;
    const { start: originalStartTime } = this.#span(series, days) as { start: unknown };
    series.exceptions.add(id);
    const moved = this.#span(series, days, 1 + this.#below(2));
    const cancelled = this.#random() < 0.4;
    this.#google.put(id, {
      ...moved,
      ...randomDetails(this.#random),
      recurringEventId: series.id,
      originalStartTime,
      status: cancelled ? "cancelled" : "confirmed",
    });
  }

  #changeSeries(): void {
    if (this.#series.length === 0) return;
    const series = pick(this.#random, this.#series);
    this.#google.put(series.id, this.#random() < 0.5 ? randomDetails(this.#random) : this.#rules(series));
  }

  #removeSeries(): void {
    const [series] = this.#series.splice(this.#below(this.#series.length), 1);
    if (series === undefined) return;
    this.#google.remove(series.id);
    // Google's lists contain no exceptions of a deleted series.
    for (const id of series.exceptions) this.#google.remove(id);
  }

  /**
   * "This and following": the old series ends, and a new series takes over the ids of the old series' later instances.
   */
  #split(): void {
    const series = this.#series.find(one => one.familyId === one.id && one.exceptions.size === 0);
    if (series === undefined) return;
    const firstDay = series.firstDay + 3 * series.stepDays;
    const following = {
      ...series,
      id: `${series.familyId}_R${stamp(series, firstDay)}`,
      firstDay,
      exceptions: new Set<string>(),
    };
    this.#series.splice(this.#series.indexOf(series), 1, following);
    this.#google.put(series.id, this.#rules(series, firstDay - 1));
    this.#google.put(following.id, {
      ...this.#span(following, firstDay),
      ...randomDetails(this.#random),
      ...this.#rules(following),
    });
  }
}
