/**
 * The work that a calendar costs when nobody edits it, and the day of a user, as docs/cost.md assumes them. Everything
 * that computes or simulates calls to Google takes these numbers from here.
 */

/** The rounds and channels of one calendar. */
export const backgroundWork = {
  /** A round of backup pulls begins at these hours (UTC). */
  backupHours: [0, 6, 12, 18],
  /** A calendar that was pulled within so many hours before its backup is not pulled by this backup. */
  backupRestHours: 5.5,
  /** The pulls of one round are spread over so many hours, by a hash of the calendar. */
  backupSpreadHours: 2,
  /** The life of a channel that is asked for. */
  channelLifeDays: 30,
  /** The life that Google gives if none is asked for (docs of events.watch, `ttl`: 604,800 s). */
  defaultChannelLifeDays: 7,
  /** A channel is replaced so long before its end. */
  renewBeforeDays: 2,
  /** The new channel is opened, and the old one stopped. The pull that follows counts as one of the backups. */
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

/** Calls of Google for one account's list and day: its listing, and its channel. */
export function listCallsADay(lifeDays: number): number {
  return 1 / backgroundWork.listEveryDays + renewalCallsADay(lifeDays);
}

/** The hours of the workday within the last `backupRestHours` before `hour` of the day. */
function workedBefore(hour: number): number {
  const { beginsAtHour, hours } = workday;
  // The hours before the backup may begin on the day before.
  return [beginsAtHour - 24, beginsAtHour].reduce((sum, begin) => {
    const from = Math.max(begin, hour - backgroundWork.backupRestHours);
    return sum + Math.max(0, Math.min(begin + hours, hour) - from);
  }, 0);
}

/** The share of the backups at `hour` of the day that call Google, because no edit was pulled shortly before. */
export function backupShareAt(hour: number, editsADay: number): number {
  return Math.exp((-editsADay / workday.hours) * workedBefore(hour));
}

/** The backup pulls of one calendar and day that call Google, as the mean over the spread of each round. */
export function backupCallsADay(editsADay: number): number {
  const { backupHours, backupSpreadHours } = backgroundWork;
  const steps = 200;
  const offsets = Array.from({ length: steps }, (_, step) => ((step + 0.5) * backupSpreadHours) / steps);
  return backupHours.reduce<number>(
    (sum, hour) =>
      sum + offsets.reduce((total, offset) => total + backupShareAt(hour + offset, editsADay), 0) / steps,
    0,
  );
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
