import { round } from "@firestore-calendar-sync/harness";
import { backgroundWork } from "./background-work.ts";
import { callsADay } from "./cost/limits.ts";
import { simulateDay, type Day, type DayOptions } from "./day/simulate-day.ts";
import { perProjectPerMinute } from "./day/virtual-google.ts";
import type { AimRow, Benchmark } from "./result.ts";

/** The rates of the queues (docs/deployment.md). */
const rates = { syncCalendar: 120, syncCalendarList: 3, maintainWatch: 5 } as const;

/** 12. Counts a day's calls to Google in virtual time: they do not depend on the machine. */
export const day: Benchmark = async ({ quick, say }) => {
  const calendars = quick ? 1_000 : 100_000;
  const simulated = new Map<number, Day>();
  for (const editsPerCalendar of [0, 10, 50]) {
    const options: DayOptions = { calendars, editsPerCalendar, rates, seed: 1 };
    const result = await simulateDay(options);
    simulated.set(editsPerCalendar, result);
    const calls = result.calls.live + result.calls.background;
    say(`a day with ${editsPerCalendar} edits a calendar: ${calls.toLocaleString("en")} calls to Google`);
  }
  const aims = [...simulated].flatMap(([edits, result]): AimRow[] => {
    const busiest = result.busiestMinute.background;
    const a = `${edits} edits a day`;
    const calls = (result.calls.live + result.calls.background) / calendars;
    const computed = callsADay(edits);
    return [
      {
        what: `${a}: calls of a calendar`,
        aim: `${round(computed)} ± 5 %, as docs/cost.md computes`,
        measured: `${round(calls)}`,
        ratio: round(calls / computed).toString(),
        met: Math.abs(calls / computed - 1) <= 0.05,
      },
      {
        what: `${a}: busiest minute of background work`,
        aim: `≤ half of ${perProjectPerMinute.toLocaleString("en")} calls`,
        measured: busiest.toLocaleString("en"),
        ratio: round(busiest / (perProjectPerMinute / 2)).toString(),
        met: busiest <= perProjectPerMinute / 2,
      },
      {
        what: `${a}: calls refused by a quota`,
        aim: "0",
        measured: `${result.refusals}`,
        ratio: "–",
        met: result.refusals === 0,
      },
    ];
  });
  const idle = simulated.get(0);
  const idleCalls = idle === undefined ? NaN : idle.calls.background / calendars;
  return {
    title: "12. A simulated day",
    configuration: `${calendars.toLocaleString("en")} calendars, ${backgroundWork.calendarsOfAccount} an account, for one day in virtual time, at 0, 10 and 50 edits a calendar at random moments between 8:00 and 18:00. The product's code between the webhook and Google runs unchanged; documents, queues (with the deployed rates) and Google (with the local Google's quotas: ${perProjectPerMinute.toLocaleString("en")} calls a minute a project, 600 a user) are in memory. Every edit is announced at once; each channel lives for 30 days. Background: backups, renewals with their pulls, lists. The horizon's round, which does not call Google, is left out.`,
    aims: [
      {
        what: "calls of a calendar without edits",
        aim: "≤ 4.3 a day",
        measured: `${round(idleCalls)}`,
        ratio: round(idleCalls / 4.3).toString(),
        met: idleCalls <= 4.3,
      },
      ...aims,
    ],
    tables: [
      {
        columns: [
          "edits a calendar",
          "calls for edits",
          "background calls",
          "calls a calendar",
          "busiest minute: background",
          "for edits",
          "all",
          "longest without a pull, h",
        ],
        rows: [...simulated].map(([edits, { calls, busiestMinute, stalestMs }]) => [
          edits,
          calls.live.toLocaleString("en"),
          calls.background.toLocaleString("en"),
          round((calls.live + calls.background) / calendars),
          busiestMinute.background.toLocaleString("en"),
          busiestMinute.live.toLocaleString("en"),
          busiestMinute.all.toLocaleString("en"),
          round(stalestMs / 3_600_000),
        ]),
      },
    ],
  };
};
