import { expandSeries } from "../functions/src/recurrence/expand-series.ts";
import { utc } from "../functions/src/recurrence/zone-names.ts";
import type { Benchmark } from "./result.ts";
import { median, round } from "@firestore-calendar-sync/harness";

const dayMs = 86_400_000;

interface Shape {
  readonly what: string;
  readonly rule: string;
}

const shapes: readonly Shape[] = [
  { what: "daily", rule: "RRULE:FREQ=DAILY" },
  { what: "weekly on three days", rule: "RRULE:FREQ=WEEKLY;BYDAY=MO,WE,FR" },
  { what: "monthly on the last Friday", rule: "RRULE:FREQ=MONTHLY;BYDAY=-1FR" },
  { what: "yearly", rule: "RRULE:FREQ=YEARLY" },
];

/** 8. Measures the expanded series per second. Aim: 1,000 daily series over 400 days in less than 2 s of CPU time. */
export const recurrence: Benchmark = async ({ quick, say }) => {
  const runs = quick ? 2 : 7;
  const series = 1_000;
  const fromMs = Date.parse("2026-01-05T00:00:00Z");
  const window = { fromMs, toMs: fromMs + 400 * dayMs };
  const expandAll = ({ rule }: Shape): { readonly cpuMs: number; readonly occurrences: number } => {
    const before = process.cpuUsage();
    let occurrences = 0;
    for (let index = 0; index < series; index++) {
      // All series have different starts, and half of them began years ago, so that no cached result can be used.
      const startMs = fromMs - (index % 2 === 0 ? 5 * 365 : 10) * dayMs + index * 60_000;
      const local = (ms: number) => ({
        dateTime: `${new Date(ms).toISOString().slice(0, 19)}Z`,
        timeZone: "Europe/Berlin",
      });
      const master = {
        id: `series${index}`,
        start: local(startMs),
        end: local(startMs + 3_600_000),
        recurrence: [rule],
      };
      const expansion = expandSeries(master, [], window, utc);
      if (expansion.kind !== "expanded") throw new Error(`${rule}: ${expansion.kind}`);
      occurrences += expansion.occurrences.length;
    }
    const { user, system } = process.cpuUsage(before);
    return { cpuMs: (user + system) / 1000, occurrences };
  };
  const rows = shapes.map(shape => {
    expandAll(shape);
    const measured = Array.from({ length: runs }, () => expandAll(shape));
    const cpuMs = median(measured.map(each => each.cpuMs));
    return { what: shape.what, cpuMs, occurrences: measured[0]?.occurrences ?? 0 };
  });
  const daily = rows[0]?.cpuMs ?? NaN;
  say(`recurrence: 1,000 daily series in ${round(daily)} ms of CPU`);
  return await Promise.resolve({
    title: "8. Recurrence",
    configuration: `${series.toLocaleString("en")} series of each kind over 400 days, time zone Europe/Berlin; CPU time of one process, median of ${runs} runs after a run for warming up.`,
    aims: [
      {
        what: "1,000 daily series × 400 days",
        aim: "< 2 s of CPU",
        measured: `${round(daily / 1000)} s`,
        ratio: round(daily / 2_000).toString(),
        met: daily < 2_000,
      },
    ],
    tables: [
      {
        columns: ["series", "CPU ms for 1,000", "series/s", "occurrences", "µs an occurrence"],
        rows: rows.map(({ what, cpuMs, occurrences }) => [
          what,
          round(cpuMs),
          round((series * 1000) / cpuMs),
          occurrences,
          round((cpuMs * 1000) / occurrences),
        ]),
      },
    ],
  });
};
