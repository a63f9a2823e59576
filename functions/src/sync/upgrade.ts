import { spreadOf } from "../model/spread.ts";
import type { ActiveCalendar } from "../ports/sync.port.ts";

const hourMs = 3_600_000;
/** The time between two backup rounds, over which the upgrades of a round are spread. */
const roundMs = 6 * hourMs;

/** How fast calendars are upgraded, and to which version. */
export interface UpgradePace {
  readonly queryVersion: number;
  /** 0: no calendar is upgraded in the background. */
  readonly upgradesPerHour: number;
}

/** A calendar that gets an upgrade pass in a round instead of its backup. */
export interface Upgrade {
  readonly calendar: ActiveCalendar;
  /** After the beginning of the round. */
  readonly delayMs: number;
}

/** True if the calendar's events may be of a lower version, or of a version that was rolled back. */
export function hasOtherVersion({ queryVersion: stored }: ActiveCalendar, { queryVersion }: UpgradePace) {
  return stored !== queryVersion;
}

/**
 * Chooses the calendars that are upgraded in this round, and spreads them evenly over its six hours. The order is a
 * hash of the calendar and the round: in each round every calendar has the same chance, so calendars whose upgrade
 * always fails cannot keep the others out. A repetition of the same round makes the same choice, as long as no calendar
 * has been upgraded in between. Otherwise a calendar may get an upgrade and a backup, which costs one call.
 *
 * @param waiting the calendars of another version
 * @param scheduledAtMs names the round
 */
export function chooseUpgrades(
  waiting: readonly ActiveCalendar[],
  { upgradesPerHour }: UpgradePace,
  scheduledAtMs: number,
): { readonly upgrades: readonly Upgrade[]; readonly rest: readonly ActiveCalendar[] } {
  const ranked = waiting
    .map(calendar => ({ calendar, rank: spreadOf(`${calendar.calendarKey} ${scheduledAtMs}`, 2 ** 48) }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ calendar }) => calendar);
  const chosen = ranked.slice(0, Math.floor(upgradesPerHour * (roundMs / hourMs)));
  return {
    upgrades: chosen.map((calendar, n) => ({
      calendar,
      delayMs: Math.floor((n * roundMs) / chosen.length),
    })),
    rest: ranked.slice(chosen.length),
  };
}
