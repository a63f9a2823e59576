import { round } from "@firestore-calendar-sync/harness";
import { backgroundWork, workday } from "./background-work.ts";
import { callsADay, quotas } from "./cost/limits.ts";
import { deployedRates, simulateDay, type Day } from "./day/simulate-day.ts";
import { perProjectPerMinute } from "./day/virtual-google.ts";
import type { AimRow, Benchmark } from "./result.ts";

/** Edits a calendar and day, and the param SYNCS_PER_SECOND. */
interface Scenario {
  readonly edits: number;
  readonly syncsASecond: number;
}

const scenarios: readonly Scenario[] = [
  { edits: 0, syncsASecond: quotas.syncsASecond },
  { edits: 10, syncsASecond: quotas.syncsASecond },
  { edits: 50, syncsASecond: quotas.syncsASecond },
  { edits: 50, syncsASecond: 150 },
];

/** 12. Counts a day's calls to Google in virtual time: they do not depend on the machine. */
export const day: Benchmark = async ({ quick, say }) => {
  const calendars = quick ? 1_000 : 100_000;
  const days: { readonly scenario: Scenario; readonly result: Day; readonly calls: number }[] = [];
  for (const scenario of scenarios) {
    const result = await simulateDay({
      calendars,
      editsPerCalendar: scenario.edits,
      rates: { ...deployedRates, syncCalendar: scenario.syncsASecond },
      seed: 1,
    });
    const all = result.calls.live + result.calls.background;
    days.push({ scenario, result, calls: all / calendars });
    say(`${nameOf(scenario)}: ${all.toLocaleString("en")} calls to Google`);
  }
  const aims = days.flatMap(({ scenario, result, calls }): AimRow[] => {
    const busiest = result.busiestMinute.background;
    const computed = callsADay(scenario.edits);
    // If the queue is full for hours, several edits wait for one pull.
    const fits = (calendars * scenario.edits) / (workday.hours * 3_600) < scenario.syncsASecond;
    return [
      ...(fits
        ? [
            {
              what: `${nameOf(scenario)}: calls of a calendar`,
              aim: `${round(computed)} ± 5 %, as docs/cost.md computes`,
              measured: `${round(calls)}`,
              ratio: round(calls / computed).toString(),
              met: Math.abs(calls / computed - 1) <= 0.05,
            },
          ]
        : []),
      {
        what: `${nameOf(scenario)}: busiest minute of background work`,
        aim: `≤ half of ${perProjectPerMinute.toLocaleString("en")} calls`,
        measured: busiest.toLocaleString("en"),
        ratio: round(busiest / (perProjectPerMinute / 2)).toString(),
        met: busiest <= perProjectPerMinute / 2,
      },
      {
        what: `${nameOf(scenario)}: calls refused by a quota`,
        aim: "0",
        measured: `${result.refusals}`,
        ratio: "–",
        met: result.refusals === 0,
      },
    ];
  });
  const idleCalls = days[0]?.calls ?? NaN;
  return {
    title: "12. A simulated day",
    configuration: `${calendars.toLocaleString("en")} calendars, ${backgroundWork.calendarsOfAccount} an account, for one day in virtual time, at 0, 10 and 50 edits a calendar at random moments between 8:00 and 18:00. The product's code between the webhook and Google runs unchanged; documents, queues (with the deployed rates; SYNCS_PER_SECOND as given) and Google (with the local Google's quotas: ${perProjectPerMinute.toLocaleString("en")} calls a minute a project, 600 a user) are in memory. Every edit is announced at once; each channel lives for 30 days. Background: backups, renewals with their pulls, lists. Left out: the horizon's round, which does not call Google, and the threshold of the day.`,
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
          "SYNCS_PER_SECOND",
          "calls for edits",
          "background calls",
          "calls a calendar",
          "busiest minute: background",
          "for edits",
          "all",
          "longest without a pull, h",
        ],
        rows: days.map(({ scenario, result, calls }) => [
          scenario.edits,
          scenario.syncsASecond,
          result.calls.live.toLocaleString("en"),
          result.calls.background.toLocaleString("en"),
          round(calls),
          result.busiestMinute.background.toLocaleString("en"),
          result.busiestMinute.live.toLocaleString("en"),
          result.busiestMinute.all.toLocaleString("en"),
          round(result.stalestMs / 3_600_000),
        ]),
      },
    ],
    notes: [
      "100,000 calendars with 50 edits each need 139 pulls a second in the working hours, more than the default of SYNCS_PER_SECOND. Their tasks then wait in the queue, and several edits of a calendar share one pull: " +
        "there is no aim for the number of calls in that row. Google's quota of 10,000 calls a minute allows 150 pulls a second.",
    ],
  };
};

function nameOf({ edits, syncsASecond }: Scenario): string {
  const raised = syncsASecond === quotas.syncsASecond ? "" : `, ${syncsASecond} pulls a second`;
  return `${edits} edits a day${raised}`;
}
