import {
  type GoogleFailure,
  type GoogleFailureReason,
  isUsedUp,
  needsConsent,
  raiseAlarm,
} from "../model/google-failure.ts";
import { type CalendarStatus, type Failure, stopped, type SyncState } from "../model/sync-state.ts";
import type { SyncPorts } from "../ports/sync.port.ts";
import type { FencedWriter } from "./fenced-writer.ts";
import { jitter, maxBackOffMs, noteOfStatus } from "./protocol.ts";
import type { SyncMetrics } from "./sync-metrics.ts";

/** After failing for so long the user is told. */
const showFailureAfterMs = 15 * 60_000;

/** Back-off after the first failure in a row; it doubles with each, up to the limit. Cloud Tasks' own begins at 2 s. */
const firstBackOffMs = 5_000;

/** Google's reasons; a list without its end; a commit whose content the store refuses. */
export type PassFailureReason = GoogleFailureReason | "incomplete" | "refused";

/**
 * How a failure that may pass is remembered, when Google may be asked again, and whether the user shall hear of it.
 *
 * @param random at least 0 and less than 1
 * @param googleReason Google's own word, if it had one
 * @param triedFull it was a full sync, tried because pulls were refused with 400
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
  // A quota that is used up comes back after long (guides/errors).
  const backOffMs = isUsedUp(googleReason) ? maxBackOffMs : doubledMs;
  // Other failures in between neither count nor begin anew: they say nothing about what Google makes of the request.
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

/** So many pulls are refused with 400 for no known reason before the sync token is suspected. */
const suspiciousBadRequests = 3;
/** A full sync that was refused likewise is not tried again before. */
const fullAgainAfterMs = 24 * 60 * 60_000;

/**
 * True where a full sync is worth a try although nothing names the sync token: a dead one has been refused with 400
 * (kewisch/gdata-provider treats that like 410), in words that may change.
 */
export function suspectsToken({ failure, syncToken }: SyncState, nowMs: number): boolean {
  if (syncToken === null || (failure?.badRequests ?? 0) < suspiciousBadRequests) return false;
  const sinceMs = nowMs - (failure?.fullTriedAt ?? Number.NEGATIVE_INFINITY);
  return sinceMs >= fullAgainAfterMs || sinceMs < 0;
}

const told = "This app cannot reach Google Calendar at the moment. The people who run it have been told.";

/** For people, in `sync.message`. */
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

/** The sentence for a calendar that was taken away. */
function unavailableMessage(reason: "calendarGone" | "forbidden"): string {
  return sentences[reason] ?? sentences.unavailable;
}

/** A pass failed while we hold the lease: say so where it matters, release, and tell the queue what to do. */
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
    // A page that this run was given proves that Google accepts the account's tokens.
    if (run.counts.pages > 0) await ports.accounts.noteAccepted(accountId);
    else if ((await ports.accounts.noteRefusal(accountId, failure)) === "required") {
      await fence.release(() => ({ events: [], state: { lease: null } }));
      return "reauthRequired";
    }
  }
  if (reason !== "calendarGone" && reason !== "forbidden") {
    await fence.release(state => {
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
          // Where the pass left off may be what is wrong: the next attempt begins again.
          ...((reason === "incomplete" || reason === "badRequest") && { progress: null }),
          ...(shown && { shown: noteOfStatus(shown, nowMs) }),
        },
        ...(shown && { shown }),
      };
    });
    run.count("writes");
    return "retry";
  }
  await fence.release(({ active }) =>
    // Switched off meanwhile, by somebody who said why: that stands.
    active
      ? {
          events: [],
          state: {
            lease: null,
            ...stopped("unavailable"),
            shown: { phase: "unavailable", at: ports.clock.now() },
          },
          shown: { phase: "unavailable", message: unavailableMessage(reason) },
        }
      : { events: [], state: { lease: null } },
  );
  // Before, it would find the calendar active and leave its channel. If it is not queued, the daily round does it.
  await ports.tasks.maintainWatch(
    { calendarKey: run.calendarKey, action: "stop" },
    { id: `${run.calendarKey}-stop-${fence.state().epoch}` },
  );
  return "unavailable";
}
