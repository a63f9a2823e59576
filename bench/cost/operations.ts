import { backgroundWork, backupCallsADay, renewalCallsADay } from "../background-work.ts";
import { freeAmounts, prices, type Resource } from "./prices.ts";

/** The amounts that a part of the work uses. `googleCalls` has no price below the daily threshold. */
export type Usage = Readonly<Record<Resource | "googleCalls", number>>;

const resources = Object.keys(prices) as Resource[];

const nothing: Usage = {
  read: 0,
  write: 0,
  remove: 0,
  storedByte: 0,
  sentByte: 0,
  taskOperation: 0,
  request: 0,
  vcpuSecond: 0,
  gibSecond: 0,
  loggedByte: 0,
  googleCalls: 0,
};

/** The sum of usages, each multiplied by its number. */
export function sumOf(...usages: readonly (readonly [usage: Partial<Usage>, times: number])[]): Usage {
  const total = (field: string): number =>
    usages.reduce((sum, [usage, times]) => sum + (usage[field as keyof Usage] ?? 0) * times, 0);
  return Object.fromEntries(Object.keys(nothing).map(field => [field, total(field)])) as Usage;
}

export function totalOf(parts: Readonly<Record<string, Usage>>): Usage {
  return sumOf(...Object.values(parts).map(part => [part, 1] as const));
}

export function dollarsOf(usage: Usage): number {
  return resources.reduce((sum, name) => sum + (usage[name] * prices[name].dollars) / prices[name].per, 0);
}

/** What a project's usage of one month exceeds the free amounts by. */
export function beyondFree(usage: Usage): Usage {
  const billed = resources.map(name => [name, Math.max(0, usage[name] - freeAmounts[name])]);
  return { ...usage, ...(Object.fromEntries(billed) as Record<Resource, number>) };
}

export const daysOfMonth = 30;

/** What was assumed, not counted. */
export const assumed = {
  /**
   * The seconds of an instance for a notification and for a task. Cloud Run bills steps of 100 ms. Concurrent requests
   * share an instance, but here each has its own, so the result is an upper bound.
   */
  webhookSeconds: 0.1,
  taskSeconds: 0.3,
  /** The seconds of an instance for a call of `updateEvent`, which waits for Google. */
  changeSeconds: 0.5,
  /** The memory of calendarWebhook, of syncCalendar, and of the other task functions. */
  webhookGib: 0.25,
  syncGib: 1,
  otherTaskGib: 0.5,
  /** The memory of the functions that change events. */
  changeGib: 0.5,
  /** Occurrences that a calendar stores, and the days between the begin of its retention and its horizon. */
  occurrences: 1_000,
  storedDays: 800,
  /** Clients that listen to the changed event at the time of the edit. */
  listeners: 1,
  /** The answer 204 to a notification, with its headers. */
  webhookAnswerBytes: 500,
  /** Cloud Run's own entry for each request (log `run.googleapis.com/requests`). */
  requestLogBytes: 1_000,
  /** What Cloud Logging adds to a line of a function: log name, resource, labels, id, times. */
  logEnvelopeBytes: 500,
  /** Refreshes of an account's access token a day; a token lives an hour. */
  tokenRefreshesADay: 14,
  /** The line "access token refreshed", which no benchmark waits for. */
  tokenLogBytes: 150,
} as const;

/** Returns the number `name` that a benchmark counted (bench/results.json). Throws if it was not measured. */
export type Counted = (benchmark: "pull-cost" | "designs" | "storage", name: string) => number;

/** A delivery of a task: the delivery attempt, and Cloud Run's request. */
function delivery(gib: number): Partial<Usage> {
  const seconds = assumed.taskSeconds;
  return { taskOperation: 1, request: 1, vcpuSecond: seconds, gibSecond: seconds * gib };
}

/** A round stores a task for a calendar. */
const queued: Partial<Usage> = { taskOperation: 1 };
/** The task of a backup finds that the calendar was pulled since it was stored. */
const covered: Partial<Usage> = { ...delivery(assumed.syncGib), read: 1 };
/** A round reads a calendar. */
const surveyed: Partial<Usage> = { read: 1 };

const notification: Partial<Usage> = {
  read: 2,
  taskOperation: 1,
  request: 1,
  vcpuSecond: assumed.webhookSeconds,
  gibSecond: assumed.webhookSeconds * assumed.webhookGib,
};

/**
 * The five writes record the new channel, store Google's answer, mark the channel as open, and retire and close the old
 * one. The calendar is read four times, with two documents each, the channels twice, and the new channel once.
 */
const renewal: Partial<Usage> = {
  ...delivery(assumed.otherTaskGib),
  read: 13,
  write: 5,
  googleCalls: backgroundWork.callsOfRenewal,
};

/** The list is read three times and each calendar once; the list (twice), the account and the calendars are written. */
const listing: Partial<Usage> = {
  ...delivery(assumed.otherTaskGib),
  read: 3 + backgroundWork.calendarsOfAccount,
  write: 3 + backgroundWork.calendarsOfAccount,
  googleCalls: 1,
};

/** A pull with a change, or without one. */
function pull(counted: Counted, kind: "change" | "idle"): Partial<Usage> {
  return {
    ...delivery(assumed.syncGib),
    read: counted("pull-cost", `${kind}Reads`),
    write: counted("pull-cost", `${kind}Writes`),
    googleCalls: 1,
  };
}

/**
 * What a change by `updateEvent` uses besides what an edit at Google uses: the state is read before and after the one
 * call of Google, and a pull is queued. Google's notification comes later and causes one more pull, without a change.
 */
export function changeOf(counted: Counted): Usage {
  const { changeSeconds, changeGib, requestLogBytes, logEnvelopeBytes } = assumed;
  const change: Partial<Usage> = {
    read: 2,
    taskOperation: 1,
    request: 1,
    vcpuSecond: changeSeconds,
    gibSecond: changeSeconds * changeGib,
    googleCalls: 1,
  };
  const lines = 2 * requestLogBytes + 2 * logEnvelopeBytes + counted("storage", "idleLogBytes");
  return sumOf([change, 1], [pull(counted, "idle"), 1], [{ loggedByte: lines }, 1]);
}

/** How often each kind of work happens for one calendar in a month. */
function timesAMonth(editsADay: number) {
  const { calendarsOfAccount, callsOfRenewal, channelLifeDays, listEveryDays } = backgroundWork;
  const accountDays = daysOfMonth / calendarsOfAccount;
  const renewalsADay = renewalCallsADay(channelLifeDays) / callsOfRenewal;
  return {
    edits: editsADay * daysOfMonth,
    rounds: backgroundWork.backupHours.length * daysOfMonth,
    backups: backupCallsADay(editsADay) * daysOfMonth,
    renewals: renewalsADay * daysOfMonth,
    accountDays,
    listings: accountDays / listEveryDays + renewalsADay * accountDays,
    listRenewals: renewalsADay * accountDays,
    tokens: assumed.tokenRefreshesADay * accountDays,
  };
}

/** The usage of one calendar in a month, by part. */
export function calendarParts(counted: Counted, editsADay: number): Readonly<Record<string, Usage>> {
  const times = timesAMonth(editsADay);
  const bytes = (name: string): number => counted("storage", name);
  // As many new ones come within the horizon.
  const ended = assumed.occurrences / assumed.storedDays;
  const work = {
    notifications: sumOf([notification, times.edits]),
    pulls: sumOf([pull(counted, "change"), times.edits]),
    "backup pulls": sumOf(
      [surveyed, times.rounds],
      [queued, times.rounds],
      [pull(counted, "idle"), times.backups],
      [covered, times.rounds - times.backups],
    ),
    "horizon and retention": sumOf(
      [surveyed, daysOfMonth],
      [queued, daysOfMonth],
      [{ ...delivery(assumed.syncGib), read: 4, write: 3, remove: ended }, daysOfMonth],
    ),
    channels: sumOf([{ read: 2 }, daysOfMonth], [queued, times.renewals], [renewal, times.renewals]),
    "list of calendars": sumOf(
      [{ read: 2 }, times.accountDays],
      [queued, times.listings + times.listRenewals],
      [listing, times.listings],
      [renewal, times.listRenewals],
    ),
    "access tokens": sumOf([{ read: 1, write: 1 }, times.tokens]),
  };
  const line = (name: string): Partial<Usage> => ({ loggedByte: bytes(name) + assumed.logEnvelopeBytes });
  const stored =
    assumed.occurrences * (bytes("eventBytes") + bytes("eventIndexBytes")) +
    bytes("calendarBytes") +
    bytes("accountBytes") / backgroundWork.calendarsOfAccount;
  return {
    ...work,
    storage: sumOf([{ storedByte: stored }, 1]),
    logging: sumOf(
      [{ loggedByte: assumed.requestLogBytes }, totalOf(work).request],
      [line("changeLogBytes"), times.edits],
      // The task of the horizon prints no longer line than a pull.
      [line("idleLogBytes"), times.rounds + daysOfMonth],
      [line("watchLogBytes"), times.renewals + times.listRenewals],
      [line("listLogBytes"), times.listings],
      [{ loggedByte: assumed.tokenLogBytes + assumed.logEnvelopeBytes }, times.tokens],
    ),
    "listeners and egress": sumOf(
      [{ read: 1, sentByte: bytes("eventListenerBytes") }, times.edits * assumed.listeners],
      [{ sentByte: assumed.webhookAnswerBytes }, times.edits],
    ),
  };
}

/** The share of Cloud Run's own entries in the log volume of an edit: one of calendarWebhook, one of syncCalendar. */
export function requestLogShare(counted: Counted): { readonly all: number; readonly syncCalendar: number } {
  const { requestLogBytes, logEnvelopeBytes } = assumed;
  const edit = 2 * requestLogBytes + counted("storage", "changeLogBytes") + logEnvelopeBytes;
  return { all: (2 * requestLogBytes) / edit, syncCalendar: requestLogBytes / edit };
}

/** A poll every minute, each with a task like a pull. The writes of changed events are added. */
export function pollingOf(counted: Counted, editsADay: number): Usage {
  const poll: Partial<Usage> = {
    ...delivery(assumed.syncGib),
    read: counted("designs", "pollIdleReads"),
    write: counted("designs", "pollIdleWrites"),
    googleCalls: counted("designs", "pollIdleCalls"),
    loggedByte: assumed.requestLogBytes,
  };
  const polls = 24 * 60 * daysOfMonth;
  return sumOf([poll, polls], [queued, polls], [{ write: 1 }, editsADay * daysOfMonth]);
}

/** The webhook itself lists all events and writes all of them again, without a task. */
export function naivePushOf(counted: Counted, editsADay: number): Usage {
  const seconds = naivePushSeconds(counted);
  const edit: Partial<Usage> = {
    read: counted("designs", "naiveEditReads"),
    write: counted("designs", "naiveEditWrites"),
    request: 1,
    vcpuSecond: seconds,
    gibSecond: seconds * assumed.syncGib,
    googleCalls: counted("designs", "naiveEditCalls"),
    loggedByte: assumed.requestLogBytes,
  };
  return sumOf([edit, editsADay * daysOfMonth]);
}

/** The measured time of naive push, in Cloud Run's steps. */
export function naivePushSeconds(counted: Counted): number {
  return Math.ceil(counted("designs", "naiveEditMs") / 100) / 10;
}
