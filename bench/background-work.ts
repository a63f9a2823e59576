import { seededRandom } from "@firestore-calendar-sync/harness";

/**
 * The work that a calendar costs when nobody edits it, and the day of a user, as docs/cost.md assumes them. Everything
 * that computes or simulates calls to Google takes these numbers from here.
 */

/** The rounds and channels of one calendar. */
export const backgroundWork = {
  /** A round of backup pulls begins at these hours (UTC). */
  backupHours: [0, 6, 12, 18],
  /** A backup waits until so many hours after the last pull. If the calendar is pulled meanwhile, it calls nobody. */
  backupRestHours: 3.5,
  /** The pulls of one round are spread over so many hours, by a hash of the calendar. */
  backupSpreadHours: 2,
  /** The life of a channel that is asked for. */
  channelLifeDays: 30,
  /** The life that Google gives if none is asked for (docs of events.watch, `ttl`: 604,800 s). */
  defaultChannelLifeDays: 7,
  /** A channel is replaced so long before its end. */
  renewBeforeDays: 2,
  /** The new channel is opened, and the old one stopped. A calendar's pull that follows takes a backup's place. */
  callsOfRenewal: 2,
  /** The account's list is listed completely every so many days. It has a channel of its own. */
  listEveryDays: 3,
  /** Calendars that share one account, and so its list and its user's quota. */
  calendarsOfAccount: 2,
} as const;

/** The edits of a calendar fall at random (Poisson) into these hours (UTC) of each day. Each edit causes one pull. */
export const workday = { beginsAtHour: 8, hours: 10 } as const;

/** Calls of Google for renewals of one channel and day. */
export function renewalCallsADay(lifeDays: number): number {
  return backgroundWork.callsOfRenewal / (lifeDays - backgroundWork.renewBeforeDays);
}

/** Calls of Google for one account's list and day: its listing, its channel, and the listing after a new channel. */
export function listCallsADay(lifeDays: number): number {
  const renewals = renewalCallsADay(lifeDays) / backgroundWork.callsOfRenewal;
  return 1 / backgroundWork.listEveryDays + renewalCallsADay(lifeDays) + renewals;
}

/** So many days of one calendar are followed; enough for two digits. */
const followedDays = 4_000;

const followed = new Map<number, readonly number[]>();

/** The backup pulls of one calendar and day that call Google, for each hour of the day. */
export function backupsByHour(editsADay: number): readonly number[] {
  const known = followed.get(editsADay) ?? followBackups(editsADay);
  followed.set(editsADay, known);
  return known;
}

/**
 * Follows one calendar from round
 * to round: its place in the two hours is another one each day, which stands for many calendars.
 */
function followBackups(editsADay: number): readonly number[] {
  const { backupHours, backupRestHours, backupSpreadHours } = backgroundWork;
  const random = seededRandom(1);
  const byHour = Array.from({ length: 24 }, () => 0);
  let lastPull = Number.NEGATIVE_INFINITY;
  for (let day = 0; day < followedDays; day++) {
    const place = random() * backupSpreadHours;
    const edits = Array.from({ length: poisson(editsADay, random) }, () => random() * workday.hours)
      .map(hours => 24 * day + workday.beginsAtHour + hours)
      .sort((a, b) => a - b);
    const lastEditBefore = (hour: number): number =>
      edits.findLast(edit => edit < hour) ?? Number.NEGATIVE_INFINITY;
    for (const hour of backupHours.map(each => 24 * day + each)) {
      lastPull = Math.max(lastPull, lastEditBefore(hour));
      const due = Math.max(hour, lastPull + backupRestHours) + place;
      const hasPulledSince = lastEditBefore(due) > hour;
      if (hasPulledSince) continue;
      lastPull = due;
      const hourOfDay = Math.floor(due) % 24;
      byHour[hourOfDay] = (byHour[hourOfDay] ?? 0) + 1;
    }
  }
  return byHour.map(backups => backups / followedDays);
}

/** A Poisson number with this mean, as the number of exponential pauses that fit into a day. */
function poisson(mean: number, random: () => number): number {
  let count = -1;
  for (let sum = 0; sum <= mean; count++) sum -= Math.log(1 - random());
  return count;
}

/** The backup pulls of one calendar and day that call Google. */
export function backupCallsADay(editsADay: number): number {
  return backupsByHour(editsADay).reduce((sum, backups) => sum + backups, 0);
}

/** Calls of Google for the background work of one calendar and day. */
export function backgroundCallsADay(
  editsADay: number,
  lifeDays: number = backgroundWork.channelLifeDays,
): number {
  return (
    backupCallsADay(editsADay) +
    renewalCallsADay(lifeDays) +
    listCallsADay(lifeDays) / backgroundWork.calendarsOfAccount
  );
}
