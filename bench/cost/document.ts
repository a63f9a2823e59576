import {
  backgroundCallsADay,
  backgroundWork,
  backupCallsADay,
  listCallsADay,
  renewalCallsADay,
  workday,
} from "../background-work.ts";
import { markdownTable } from "../result.ts";
import { busiestUserCallsAMinute, callsADay, firstLimit, limits, quotas } from "./limits.ts";
import {
  assumed,
  beyondFree,
  calendarParts,
  changeOf,
  type Counted,
  daysOfMonth,
  dollarsOf,
  naivePushOf,
  naivePushSeconds,
  pollingOf,
  requestLogShare,
  sumOf,
  totalOf,
  type Usage,
} from "./operations.ts";
import { fixedCosts, freeAmounts, prices, type Resource } from "./prices.ts";

const edits = [10, 50, 200] as const;
const calendars = 1_000;

const money = (value: number): string => `$${value.toFixed(2)}`;
const whole = (value: number): string => Math.round(value).toLocaleString("en");
const tens = (value: number): string => value.toFixed(1);
const perDay = (value: number): string => value.toFixed(2);
const percent = (share: number): string => `${(share * 100).toFixed(0)} %`;
const gib = (bytes: number): string => `${(bytes / 2 ** 30).toFixed(2)} GiB`;

const labels: Readonly<Record<Resource, string>> = {
  read: "Firestore reads",
  write: "Firestore writes",
  remove: "Firestore deletes",
  storedByte: "stored",
  sentByte: "sent to clients",
  taskOperation: "task operations",
  request: "requests",
  vcpuSecond: "vCPU-seconds",
  gibSecond: "GiB-seconds",
  loggedByte: "logged",
};
const resources = Object.keys(labels) as Resource[];

function amount(name: Resource, value: number): string {
  return name.endsWith("Byte") ? gib(value) : whole(value);
}

const editColumns = edits.map(each => `${each} edits a day`);

function fixedDollars(which: "dollars" | "beyondFree"): number {
  return fixedCosts.reduce((sum, cost) => sum + cost[which], 0);
}

function monthTable(counted: Counted): string {
  const all = edits.map(each => calendarParts(counted, each));
  const fixed = fixedDollars("dollars");
  const perThousand = (usage: Usage): string => money(dollarsOf(usage) * calendars);
  return markdownTable({
    columns: ["part", ...editColumns],
    rows: [
      ...Object.keys(all[0] ?? {}).map(part => [
        part,
        ...all.map(parts => perThousand(parts[part] ?? sumOf())),
      ]),
      ["once a project (see below)", ...edits.map(() => money(fixed))],
      ["**all**", ...all.map(parts => `**${money(dollarsOf(totalOf(parts)) * calendars + fixed)}**`)],
      [
        "all, less the free amounts",
        ...all.map(parts =>
          money(dollarsOf(beyondFree(sumOf([totalOf(parts), calendars]))) + fixedDollars("beyondFree")),
        ),
      ],
      ["poll every minute", ...edits.map(each => perThousand(pollingOf(counted, each)))],
      [
        `naive push (${counted("designs", "naiveEvents")} events rewritten)`,
        ...edits.map(each => perThousand(naivePushOf(counted, each))),
      ],
    ],
  });
}

function amountsTable(counted: Counted): string {
  const all = edits.map(each => sumOf([totalOf(calendarParts(counted, each)), calendars]));
  return markdownTable({
    columns: ["for 1,000 calendars and month", ...editColumns],
    rows: [
      ...resources.map(name => [labels[name], ...all.map(usage => amount(name, usage[name]))]),
      ["calls of Google", ...all.map(usage => whole(usage.googleCalls))],
    ],
  });
}

function callsTable(): string {
  const { channelLifeDays, defaultChannelLifeDays, calendarsOfAccount } = backgroundWork;
  const rows = [0, ...edits].map(each => [
    each === 0 ? "idle" : `${each} edits a day`,
    whole(each),
    ...[
      backupCallsADay(each),
      renewalCallsADay(channelLifeDays),
      listCallsADay(channelLifeDays) / calendarsOfAccount,
    ].map(perDay),
    perDay(callsADay(each)),
    perDay(each + backgroundCallsADay(each, defaultChannelLifeDays)),
  ]);
  return markdownTable({
    columns: [
      "calls of Google a calendar and day",
      "pulls of edits",
      "backup pulls",
      "channel",
      "list",
      "all",
      `all, with channels of ${defaultChannelLifeDays} days`,
    ],
    rows,
  });
}

function limitsTable(): string {
  const first = edits.map(each => firstLimit(each).name);
  return markdownTable({
    columns: ["calendars at which a limit is met", ...editColumns, "then"],
    rows: limits.map(({ name, calendarsAt, remedy }) => [
      name,
      ...edits.map((each, index) => {
        const count = whole(Math.floor(calendarsAt(each)));
        return first[index] === name ? `**${count}**` : count;
      }),
      remedy,
    ]),
  });
}

/** Projects that may cost nothing: users, and edits of each of their calendars and day. */
const smallProjects = [
  { users: 10, editsADay: 10 },
  { users: 10, editsADay: 50 },
  { users: 100, editsADay: 10 },
  { users: 100, editsADay: 50 },
] as const;

function smallTable(counted: Counted): string {
  const usages = smallProjects.map(({ users, editsADay }) =>
    sumOf([totalOf(calendarParts(counted, editsADay)), users * backgroundWork.calendarsOfAccount]),
  );
  return markdownTable({
    columns: [
      "a month",
      "free",
      ...smallProjects.map(({ users, editsADay }) => `${users} users, ${editsADay} edits`),
    ],
    rows: [
      ...resources.map(name => [
        labels[name],
        amount(name, freeAmounts[name]),
        ...usages.map(usage => {
          const used = amount(name, usage[name]);
          return usage[name] > freeAmounts[name] ? `**${used}**` : used;
        }),
      ]),
      ["dollars beyond the free amounts", "", ...usages.map(usage => money(dollarsOf(beyondFree(usage))))],
    ],
  });
}

function pricesTable(): string {
  return markdownTable({
    columns: ["what", "US dollars", "free", "source"],
    rows: resources.map(name => {
      const { what, dollars, unit, free, source } = prices[name];
      return [what, `$${dollars < 0.01 ? String(dollars) : dollars.toFixed(2)} for a ${unit}`, free, source];
    }),
  });
}

function fixedTable(): string {
  return markdownTable({
    columns: ["once a project, a month", "US dollars", "free", "source"],
    rows: fixedCosts.map(({ what, dollars, free, source }) => [what, money(dollars), free, source]),
  });
}

/** Calendars that can be imported in an hour with the first 500 writes a second of Firestore. */
function importsAnHour(): string {
  return whole((quotas.firstWritesASecond / assumed.occurrences) * 3_600);
}

/** The text of docs/cost.md, before prettier. */
export function costDocument(counted: Counted, measuredAt: string): string {
  const bytes = (name: string): string => whole(counted("storage", name));
  const pulled = (name: string): number => counted("pull-cost", name);
  const {
    channelLifeDays,
    renewBeforeDays,
    listEveryDays,
    calendarsOfAccount,
    backupRestHours,
    backupSpreadHours,
  } = backgroundWork;
  const logs = requestLogShare(counted);
  const change = changeOf(counted);
  const writesASecond = (1e6 * totalOf(calendarParts(counted, 50)).write) / (daysOfMonth * 86_400);
  const firsts = edits.map(each => {
    const limit = firstLimit(each);
    return `${whole(Math.floor(limit.calendarsAt(each)))} calendars at ${each} edits a day`;
  });
  return `# Cost

Written by \`node bench/cost.ts\` from list prices and from what \`npm run bench -- --write pull-cost designs storage\` counted (${measuredAt}).
\`bench/cost/cost.test.ts\` fails if this page differs from what the program computes. All tables of dollars are list prices without free amounts, unless
they say otherwise.

- **Counted**: reads and writes of a pull with a change (${pulled("changeReads")} reads, ${pulled("changeWrites")} writes; with the change feed ${pulled("feedWrites")} writes) and without one (${pulled("idleReads")} and ${pulled("idleWrites")}); the bytes that a calendar stores, sends and
  logs ([benchmarks.md](benchmarks.md), part 11); the two other designs (part 9).
- **From the code**: two reads and a task for a notification; a read and a task for each calendar of a round; 13 reads and 5 writes for a
  renewed channel; ${3 + calendarsOfAccount} reads and ${3 + calendarsOfAccount} writes for a listed list; 4 reads and 3 writes for horizon and retention; a read and a write for a refreshed access token; two reads, a task and a call of Google for a change from the app.
- **Assumed** (\`bench/cost/operations.ts\`, \`bench/background-work.ts\`): each edit causes one notification and one pull (a burst causes fewer). ${assumed.webhookSeconds * 1_000} ms of an
  instance for a notification and ${assumed.taskSeconds * 1_000} ms for a task, without sharing (up to 80 requests can share an instance). ${whole(assumed.occurrences)} stored occurrences a calendar, ${calendarsOfAccount} calendars an account.
  ${assumed.listeners} client listens at the time of an edit. ${whole(assumed.requestLogBytes)} bytes for Cloud Run's own log entry of a request, and ${assumed.logEnvelopeBytes} around each line of a function.

Not included: what clients read when they open the app (a read and about ${bytes("eventListenerBytes")} bytes for each event that they show), imports, failures and their retries, alert
policies and log-based metrics (\`ops/\`). Calls from Cloud Run to Google's APIs are taken as free of egress:
traffic to Google Cloud in the same region is (cloud.google.com/run/pricing).

## Dollars for 1,000 calendars and month

${monthTable(counted)}

The two other designs were run on the same harness with the same edits ([benchmarks.md](benchmarks.md), part 9). The poll every minute reads
the state, asks Google, and writes the token. The naive push design lists and rewrites all ${counted("designs", "naiveEvents")} events of a calendar at each
notification, which takes ${tens(naivePushSeconds(counted))} s of an instance. A burst of edits increases the difference to naive push, because this project combines the notifications of a
burst. The rows of the other designs contain Cloud Run's log entries, but no storage and no egress, which are the same in each design.

${amountsTable(counted)}

**Storage.** A stored occurrence takes ${bytes("eventBytes")} bytes, and ${bytes("eventIndexBytes")} more in index entries: up to three single fields and two composite indexes, because \`firestore.indexes.json\`
exempts all others. The other documents of a calendar (state, ten series, channel) take ${bytes("calendarBytes")} bytes, those of an account ${bytes("accountBytes")}.

**Logging.** A pull with a change prints ${bytes("changeLogBytes")} bytes, without one ${bytes("idleLogBytes")}, a notification nothing, a renewed channel ${bytes("watchLogBytes")}. Of the
volume of an edit ${percent(logs.all)} are Cloud Run's own entries about its two requests. An exclusion filter on \`run.googleapis.com/requests\` of \`syncCalendar\` would save ${percent(logs.syncCalendar)}.

**Changes from the app** (\`WRITE_ACCESS\`). A change by \`updateEvent\` is an edit, and uses in addition ${whole(change.googleCalls)} calls of Google (the write, and a second pull: the notification comes after the function's own
task), ${whole(change.read)} reads, ${whole(change.write)} writes, ${whole(change.taskOperation)} task operations and ${whole(change.request)} requests of ${assumed.changeSeconds * 1_000} (assumed) and ${assumed.taskSeconds * 1_000} ms: ${money(1e6 * dollarsOf(change))} for a million. With \`following\`, the write takes at least five calls of Google.

**Egress.** A listener receives ${bytes("eventListenerBytes")} bytes for a changed event, and Google ${assumed.webhookAnswerBytes} bytes as the answer to a notification.

## Calls of Google

${callsTable()}

A round of backup pulls runs every six hours, spread over ${backupSpreadHours} hours; a backup waits until ${backupRestHours} hours after the last pull, and makes no call if the calendar is pulled meanwhile. Edits are random (Poisson) within
${workday.hours} hours of the day, from ${workday.beginsAtHour} to ${workday.beginsAtHour + workday.hours} o'clock UTC for everybody, so the rounds of the workday find many calendars pulled. Channels of ${channelLifeDays} days are replaced ${renewBeforeDays} days before their end
with two calls, and the pull that follows counts as a backup. The list is listed every ${listEveryDays} days, has a channel too, and is listed after a new one is opened; an account's calendars share it. The round for
horizon and retention calls Google only if a pull was asked for meanwhile.

## Limits

${limitsTable()}

Bold: met first, in every column (${firsts.join(", ")}). At this point nothing is lost and nobody waits longer: only backups
become rarer, and ${percent(1 / quotas.stretchedFrom - 1)} more calendars fit until calls are charged. The busiest hour is one of the workday, with its share of the edits, or one of a round; its
mean counts.

- **Beyond 1,000,000 calls a day** use is charged ("daily billing threshold", developers.google.com/workspace/calendar/api/guides/quota, read 2026-11-29). Since 24 November 2026 a
  project gets more quota than the standard one only in the "Scaled Tier", and from 1 April 2027 the standard limits hold for all projects without it (…/guides/quotas). **No
  price was found**: Google's page about it (developers.google.com/workspace/guides/quota-pricing) has no-charge allowances and tiers of prices, but no copy with the numbers could
  be read, and neither what happens to a project without that tier beyond the threshold.
- **600 calls a minute a user** are no limit of size: a user with ${calendarsOfAccount} calendars that change without a pause causes ${busiestUserCallsAMinute()} calls a minute, ${percent(busiestUserCallsAMinute() / quotas.callsAMinuteOfUser)} of it, because a
  calendar is pulled at most once in ${quotas.pullIntervalSeconds} s.
- **Firestore**'s limit for new collections (500 writes a second, plus 50 % every five minutes) limits a launch: ${importsAnHour()} calendars can be imported in the first hour without a ramp.
  In the steady state it does not: a million calendars with 50 edits a day cause ${whole(writesASecond)} writes a second, and each calendar writes to documents of its own.

## Small projects

Amounts and dollars of a month, with ${calendarsOfAccount} calendars a user and the edits of each calendar and day. Bold: more than is free. The free amounts of Firestore are quotas of a day, here
multiplied by ${daysOfMonth}; they hold for one database of a project, those of Cloud Logging for a project, the others for a billing account.

${smallTable(counted)}

Of the costs once a project (below) ${money(fixedDollars("beyondFree"))} remain, for images.

## Prices

${pricesTable()}

${fixedTable()}

"Read" means that a stored copy of the page was read on that day, from its site or a mirror, not the live page.
`;
}
