import { horizonTarget, lacksPast, type WindowDefaults } from "../model/calendar-window.ts";
import type { WindowChoice } from "../ports/calendars.port.ts";
import type { SyncState } from "../model/sync-state.ts";
import { fullSyncWaitMs } from "./demand-limits.ts";

export type ChosenWindow =
  | {
      readonly kind: "chosen";
      readonly window: NonNullable<SyncState["window"]>;
      /** Events before the stored window are missing: only a full sync brings them. */
      readonly needsFullSync: boolean;
      /** The window becomes larger, which the user may ask for once an hour. */
      readonly isDemand: boolean;
    }
  | { readonly kind: "tooSoon"; readonly waitMs: number };

/**
 * Applies a user's choice to the window of a calendar, and says what work follows. A larger window costs a write for
 * each event that it adds, and more past also a full sync: it counts as a full sync that the user asks for. A smaller
 * one deletes only what a larger one has brought, so it has no limit. The repetition of a call is no new demand.
 */
export function chooseWindow(
  state: SyncState,
  choice: WindowChoice,
  defaults: WindowDefaults,
  nowMs: number,
): ChosenWindow {
  const { window: before = {} } = state;
  const pastDays = choice.pastDays === undefined ? before.pastDays : choice.pastDays;
  const futureDays = choice.futureDays === undefined ? before.futureDays : choice.futureDays;
  const window = {
    ...(typeof pastDays === "number" && { pastDays }),
    ...(typeof futureDays === "number" && { futureDays }),
  };
  const after = { ...state, window };
  const needsFullSync = lacksPast(after, defaults, nowMs);
  const targetMs = horizonTarget(after, defaults, nowMs);
  const isChange = before.pastDays !== window.pastDays || before.futureDays !== window.futureDays;
  const isDemand =
    state.active &&
    isChange &&
    (needsFullSync || (targetMs !== undefined && targetMs > (state.horizon ?? targetMs)));
  const waitMs = isDemand ? fullSyncWaitMs(state, nowMs) : 0;
  if (waitMs > 0) return { kind: "tooSoon", waitMs };
  return { kind: "chosen", window, needsFullSync, isDemand };
}
