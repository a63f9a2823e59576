import {
  type GoogleFailure,
  type GoogleFailureReason,
  isUsedUp,
  needsConsent,
  raiseAlarm,
} from "../model/google-failure.ts";
import { type CalendarStatus, type Failure, stopped, type SyncState } from "../model/sync-state.ts";
import { seesOnlyBusy } from "../model/access-role.ts";
import type { SyncPorts } from "../ports/sync.port.ts";
import type { FencedWriter } from "./fenced-writer.ts";
import { jitter, maxBackOffMs, noteOfStatus } from "./protocol.ts";
import type { SyncMetrics } from "./sync-metrics.ts";

/** The user sees an error after failures have lasted this long. */
const showFailureAfterMs = 15 * 60_000;

/**
 * The back-off after the first failure. It doubles with each further failure in a row, up to `maxBackOffMs`. The
 * queue's own back-off begins at 2 s.
 */
const firstBackOffMs = 5_000;

/**
 * Google's reasons; `incomplete`: a list without an end or a sync token; `refused`: a commit whose content the store
 * refuses.
 */
export type PassFailureReason = GoogleFailureReason | "incomplete" | "refused";

/**
 * Decides how a passing failure is recorded, when Google may be called again, and whether the user's document shows it.
 *
 * @param random at least 0 and less than 1
 * @param googleReason the reason in Google's answer, if it had one
 * @param triedFull true if the pass was a full sync that was tried because pulls were refused with 400
 */
export function decideFailure(
  state: SyncState,
  reason: PassFailureReason,
  nowMs: number,
  random: number,
  googleReason = "",
  triedFull = false,
): { readonly failure: Failure; readonly shown?: CalendarStatus } {
  const count = (state.failure?.count ?? 0) + 1;
  const doubledMs = Math.min(maxBackOffMs, firstBackOffMs * 2 ** (count - 1));
  // A used-up quota is restored only after a long time (guides/errors), so wait the maximum.
  const backOffMs = isUsedUp(googleReason) ? maxBackOffMs : doubledMs;
  // Only 400s are counted. Other failures in between do not reset the count: they contain no information about the
  // request.
  const badRequests = (state.failure?.badRequests ?? 0) + (reason === "badRequest" ? 1 : 0);
  const refusedFull = triedFull && (reason === "badRequest" || reason === "incomplete");
  const fullTriedAtMs = refusedFull ? nowMs : state.failure?.fullTriedAt;
  const failure: Failure = {
    reason,
    since: state.failure?.since ?? nowMs,
    count,
    ...(badRequests > 0 && { badRequests }),
    ...(fullTriedAtMs !== undefined && { fullTriedAt: fullTriedAtMs }),
    retryAt: Math.round(nowMs + backOffMs * (1 - jitter + 2 * jitter * random)),
  };
  const tell = nowMs - failure.since >= showFailureAfterMs && state.shown?.phase !== "error";
  const unreadable = state.unreadable.length;
  const message = sentences[reason] ?? sentences.unavailable;
  return tell
    ? { failure, shown: { phase: "error", message, ...(unreadable > 0 && { unreadable }) } }
    : { failure };
}

/** After this many pulls that were refused with 400 for no stated reason, the sync token is suspected. */
const suspiciousBadRequests = 3;
/** After a full sync that was refused too, the next one waits this long. */
const fullAgainAfterMs = 24 * 60 * 60_000;

/**
 * True if a full sync should be tried although no answer names the sync token. Google has refused dead sync tokens with
 * 400 (kewisch/gdata-provider handles that like 410), and the text of such answers may change.
 */
export function suspectsToken({ failure, syncToken }: SyncState, nowMs: number): boolean {
  if (syncToken === null || (failure?.badRequests ?? 0) < suspiciousBadRequests) return false;
  const sinceMs = nowMs - (failure?.fullTriedAt ?? Number.NEGATIVE_INFINITY);
  return sinceMs >= fullAgainAfterMs || sinceMs < 0;
}

const told = "This app cannot reach Google Calendar at the moment. The people who run it have been told.";

/** Shown to the user as `sync.message`. */
const sentences: Partial<Record<PassFailureReason, string>> & {
  readonly unavailable: string;
} = {
  rateLimited: "Google is limiting how often this calendar may be read. It will catch up by itself.",
  refused: "Something in this calendar cannot be stored. It is tried again from time to time.",
  unavailable: "Google Calendar has not been answering for a while. It will catch up by itself.",
  tokenRefused: "Google is not accepting this app's access at the moment. It is tried again by itself.",
  operator: told,
  notUnderstood: told,
  addressRefused: told,
  calendarGone: "This calendar no longer exists, or it is no longer shared with you.",
  forbidden: "You no longer have permission to read this calendar.",
};

const onlyBusyMessage =
  "Google shares no more than the free and busy times of this calendar with you, and does not list them here.";

/**
 * What the user's document shows of a calendar that Google does not let the user read. With the role `freeBusyReader`
 * the calendar is shared as before, so the user has lost nothing that could be given back to this app. The reason
 * `requiredAccessLevel` says the same of a role that the stored list does not show yet: Google does not list a calendar
 * again whose sharing has changed (reference of calendarList.list, `syncToken`), and a calendar that is not shared at
 * all is 404 `notFound`.
 */
function statusOfRefusal(
  { listed, busyOnly }: SyncState,
  reason: "calendarGone" | "forbidden",
  googleReason: string | undefined,
): CalendarStatus {
  const sharesBusyTimes =
    reason === "forbidden" &&
    (googleReason === "requiredAccessLevel" || (seesOnlyBusy(listed?.["accessRole"]) ?? busyOnly) === true);
  return sharesBusyTimes
    ? { phase: "busyOnly", message: onlyBusyMessage }
    : { phase: "unavailable", message: sentences[reason] ?? sentences.unavailable };
}

/**
 * Ends a delivery whose pass failed: records the failure, updates the account or the user's document if needed, and
 * releases the lease.
 *
 * @returns `retry`: the queue delivers the task again. `reauthRequired`: the user must consent again. `unavailable`:
 * the calendar is inactive now. Its stored events stay: a refusal names none of them as deleted.
 */
export async function fail(
  ports: SyncPorts,
  fence: FencedWriter,
  run: SyncMetrics,
  failure: GoogleFailure | { readonly kind: "incomplete" | "refused" },
): Promise<"retry" | "reauthRequired" | "unavailable"> {
  const reason = failure.kind === "failed" ? failure.reason : failure.kind;
  const googleReason = failure.kind === "failed" ? failure.googleReason : undefined;
  ports.log[reason === "refused" ? "error" : "warn"]("sync failed", {
    calendarKey: run.calendarKey,
    ...failure,
  });
  if (failure.kind === "failed" && needsConsent(failure.reason)) {
    const outcome = await ports.accounts.requireReauth(fence.state().accountId, failure);
    await fence.release(() => ({ events: [], state: { lease: null } }));
    return outcome === "superseded" ? "retry" : "reauthRequired";
  }
  if (failure.kind === "failed") raiseAlarm(ports.log, failure, { calendarKey: run.calendarKey });
  if (failure.kind === "failed" && reason === "tokenRefused") {
    const { accountId } = fence.state();
    // If this run received a page, Google accepts the account's tokens.
    if (run.counts.pages > 0) await ports.accounts.noteAccepted(accountId);
    else if ((await ports.accounts.noteRefusal(accountId, failure)) === "required") {
      await fence.release(() => ({ events: [], state: { lease: null } }));
      return "reauthRequired";
    }
  }
  if (reason !== "calendarGone" && reason !== "forbidden") {
    const phaseBefore = fence.state().shown?.phase;
    const released = await fence.release(state => {
      const nowMs = ports.clock.now();
      const { failure: remembered, shown } = decideFailure(
        state,
        reason,
        nowMs,
        ports.random(),
        googleReason,
        run.triedFull,
      );
      return {
        events: [],
        state: {
          lease: null,
          failure: remembered,
          // The checkpoint may be the cause of the failure, so the next attempt begins without it.
          ...((reason === "incomplete" || reason === "badRequest") && { progress: null }),
          ...(shown && { shown: noteOfStatus(shown, nowMs) }),
        },
        ...(shown && { shown }),
      };
    });
    run.count("writes");
    if (released === "committed" && phaseBefore !== "error" && fence.state().shown?.phase === "error")
      ports.log.warn("calendar shows an error", { calendarKey: run.calendarKey, reason });
    return "retry";
  }
  await fence.release(state => {
    // Another writer deactivated the calendar. Keep its `inactiveReason`; release only the lease.
    if (!state.active) return { events: [], state: { lease: null } };
    const shown = statusOfRefusal(state, reason, googleReason);
    const note = {
      phase: "unavailable",
      ...(shown.phase === "busyOnly" && { busyOnly: true }),
      at: ports.clock.now(),
    } as const;
    return { events: [], state: { lease: null, ...stopped("unavailable"), shown: note }, shown };
  });
  // Queued after the calendar is inactive, because the task opens a channel for an active calendar. If queuing fails,
  // the daily run of `renewWatches` closes the channel.
  await ports.tasks.maintainWatch(
    { calendarKey: run.calendarKey, action: "stop" },
    { id: `${run.calendarKey}-stop-${fence.state().epoch}` },
  );
  return "unavailable";
}
