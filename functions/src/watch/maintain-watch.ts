import type { AccountStatus } from "../ports/account.port.ts";
import type { PushChannels, WatchRecord, WatchStore, WatchTarget } from "../ports/watch.port.ts";
import type { Clock, Log, NewId } from "../ports/runtime.port.ts";
import { type GoogleFailure, isTransient, needsConsent, raiseAlarm } from "../model/google-failure.ts";
import type { TaskQueue, WatchTask } from "../ports/tasks.port.ts";
import { hashChannelToken, newChannelId, newChannelToken } from "./channel.ts";
import {
  assumedEndMs,
  shouldBeWatched,
  planMaintenance,
  keepClosedMs,
  openingTimeoutMs,
} from "./plan-watch.ts";

export interface MaintainWatchPorts {
  readonly watches: WatchStore;
  readonly channels: PushChannels;
  readonly tasks: Pick<TaskQueue, "syncCalendar" | "syncCalendarList">;
  readonly accountStatus: AccountStatus;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly log: Log;
}

export type MaintainOutcome =
  /** All steps are done, by this task or by an earlier one. */
  | { readonly kind: "done" }
  /** Google refuses to open a channel. A retry of this task would not help. */
  | { readonly kind: "refused"; readonly failure: GoogleFailure }
  /** The failure may pass: the task queue must deliver the task again. */
  | { readonly kind: "tryAgain"; readonly failure: GoogleFailure };

/**
 * Maintains the channels of one calendar: at most one open channel, no stuck records, and old channels stopped. A
 * channel cannot be renewed, so a new channel is opened before the old one is stopped; otherwise notifications would be
 * lost (guides/push, "Renew notification channels"). Safe to repeat and to run in parallel; see watch/plan-watch.ts.
 */
export async function maintainWatch(
  dependencies: MaintainWatchPorts,
  task: WatchTask,
): Promise<MaintainOutcome> {
  const { watches, clock } = dependencies;
  // First of all, so that if this task fails later, the daily round finds a calendar without a channel and opens one.
  if (task.action === "ask") await watches.clearPushMarks(task.calendarKey);
  const target = await watches.target(task.calendarKey);
  const records = await watches.ofCalendar(task.calendarKey);
  const plan = planMaintenance(task, target, records, clock.now());

  let opened: OpenResult = { kind: "opened", unwanted: [] };
  if (plan.resume !== undefined) opened = await putIntoService(dependencies, plan.resume);
  else if (plan.open !== undefined) opened = await open(dependencies, plan.open);
  await settleAddress(dependencies, task.calendarKey);
  // Old channels are stopped even if opening failed, because the two are independent. If a channel was opened, the plan
  // is made again: older channels are no longer needed, and Google's answer contains the resourceId with which a stuck
  // channel can be stopped.
  const asBefore = plan.resume === undefined && plan.open === undefined;
  const known = asBefore ? records : await watches.ofCalendar(task.calendarKey);
  const { stop, close } = planMaintenance(task, target, known, clock.now());
  for (const watch of close) await watches.close(watch.channelId, clock.now() + keepClosedMs);
  const unwanted = opened.kind === "opened" ? opened.unwanted : [];
  await stopAll(dependencies, unique([...stop, ...unwanted]));
  // The calendar was enabled again during this task. The task that should open its channel may have run while the
  // channel that is stopped here was still open, and then opened none. So open a channel now.
  if (
    !shouldBeWatched(target) &&
    stop.length > 0 &&
    shouldBeWatched(await watches.target(task.calendarKey))
  ) {
    return await maintainWatch(dependencies, task);
  }
  return opened.kind === "opened" ? { kind: "done" } : opened;
}

type OpenResult =
  | { readonly kind: "opened"; readonly unwanted: readonly WatchRecord[] }
  | Extract<MaintainOutcome, { kind: "refused" | "tryAgain" }>;

async function open(dependencies: MaintainWatchPorts, target: WatchTarget): Promise<OpenResult> {
  const { watches, channels, clock, newId } = dependencies;
  const { calendarKey, resource, uid, accountId, calendarId } = target;
  const nowMs = clock.now();
  const token = newChannelToken(newId);
  const watch: WatchRecord = {
    channelId: newChannelId(calendarKey, newId),
    calendarKey,
    resource,
    uid,
    accountId,
    calendarId,
    status: "opening",
    resourceId: null,
    expiresAtMs: nowMs + openingTimeoutMs,
    createdAtMs: nowMs,
  };
  // The record is stored first, because Google's `sync` message may arrive before the answer to the watch call.
  if ((await watches.begin(watch, hashChannelToken(token))) === "unwanted")
    return { kind: "opened", unwanted: [] };
  const answer = await channels.open({ accountId, resource, calendarId, channelId: watch.channelId, token });
  if (answer.kind === "failed") return await refused(dependencies, target, watch, answer);
  const { resourceId } = answer;
  const expiresAtMs = assumedEndMs(answer.expiresAtMs, clock.now());
  await watches.answered(watch.channelId, resourceId, expiresAtMs);
  await dependencies.accountStatus.noteAccepted(accountId);
  return await putIntoService(dependencies, { ...watch, resourceId, expiresAtMs });
}

/** All steps after Google's answer. If the worker fails here, the next task resumes at this point. */
async function putIntoService(dependencies: MaintainWatchPorts, watch: WatchRecord): Promise<OpenResult> {
  const { watches, log } = dependencies;
  const { calendarKey } = watch;
  // No channel announced the changes between the last pull and the opening, so a pull is queued. Its epoch is read
  // after the opening: the pass that closes this epoch lists the events later than that. An epoch from before the
  // opening may have been covered by a pass that listed too early. The pull is queued before the channel is marked as
  // open, because a repeated task would find an open channel and queue nothing.
  const target = await watches.target(calendarKey);
  // Before the pull, because the pull then shows the calendar as live again.
  if (target?.addressRefused === true) await watches.clearPushMarks(calendarKey);
  if (target?.active === true) await pull(dependencies, target, "watch");
  // The result is also `unwanted` if the calendar and this record were deleted during the call. Only this task can
  // still stop the channel.
  if ((await watches.open(watch.channelId)) === "unwanted") return { kind: "opened", unwanted: [watch] };
  log.info("watch opened", { calendarKey, channelId: watch.channelId, expiresAtMs: watch.expiresAtMs });
  return { kind: "opened", unwanted: [] };
}

/**
 * One worker may be refused because of the address while another worker opens a channel. Each worker checks after it
 * has stored its own mark or channel, so the later check finds both. An open channel proves that Google accepts the
 * address, so the mark is removed.
 */
async function settleAddress(dependencies: MaintainWatchPorts, calendarKey: string): Promise<void> {
  const { watches } = dependencies;
  const target = await watches.target(calendarKey);
  if (target?.addressRefused !== true || !(await isServed(dependencies, calendarKey))) return;
  await watches.clearPushMarks(calendarKey);
  await pull(dependencies, target, "accepted");
}

/** Queues a pull of the watched calendar or list. */
async function pull(
  { tasks, newId }: MaintainWatchPorts,
  { calendarKey, resource, epoch }: WatchTarget,
  why: string,
): Promise<void> {
  if (resource === "calendarList") {
    await tasks.syncCalendarList(
      { accountId: calendarKey },
      { id: `${calendarKey}-list-${why}-${newId(12)}` },
    );
    return;
  }
  await tasks.syncCalendar(
    { calendarKey, epoch, cause: "watch" },
    { id: `${calendarKey}-${epoch}-${why}-${newId(12)}` },
  );
}

async function refused(
  dependencies: MaintainWatchPorts,
  target: WatchTarget,
  watch: WatchRecord,
  failure: GoogleFailure,
): Promise<OpenResult> {
  const { watches, accountStatus, log } = dependencies;
  const { calendarKey, accountId } = target;
  const { reason, status, googleReason } = failure;
  raiseAlarm(log, failure, { calendarKey });
  log[reason === "badRequest" ? "error" : "info"]("watch not opened", {
    calendarKey,
    channelId: watch.channelId,
    reason,
    status,
    googleReason,
  });
  // After a 5xx or a time-out the channel may exist at Google. The record is kept until it is stuck, so that the
  // webhook finds it when messages arrive.
  if (reason === "unavailable") return { kind: "tryAgain", failure };
  await watches.forget(watch.channelId);
  if (reason === "addressRefused") {
    // If an older channel still sends notifications, nothing changes for the user.
    if (!(await isServed(dependencies, calendarKey))) await watches.markAddressRefused(calendarKey);
    // Only the operator can repair this. The daily round finds the calendar without a channel and tries again.
    return { kind: "refused", failure };
  }
  if (reason === "tokenRefused") {
    const outcome = await accountStatus.noteRefusal(accountId, failure);
    return { kind: outcome === "required" ? "refused" : "tryAgain", failure };
  }
  if (isTransient(reason)) return { kind: "tryAgain", failure };
  if (reason === "pushUnsupported") {
    await watches.markPushUnsupported(calendarKey);
    return { kind: "opened", unwanted: [] };
  }
  if (needsConsent(reason)) {
    const outcome = await accountStatus.requireReauth(accountId, failure);
    if (outcome === "superseded") return { kind: "tryAgain", failure };
  } else {
    // `calendarGone` or `forbidden`: this may be true of the calendar or of watching only. A pull finds out, and shows
    // the result to the user.
    await pull(dependencies, target, "refused");
  }
  return { kind: "refused", failure };
}

async function isServed({ watches, clock }: MaintainWatchPorts, calendarKey: string): Promise<boolean> {
  const known = await watches.ofCalendar(calendarKey);
  return known.some(({ status, expiresAtMs }) => status === "open" && expiresAtMs > clock.now());
}

/** Stops channels at Google. A channel that cannot be stopped now stays `retiring`; the daily round tries again. */
async function stopAll(
  { watches, channels, clock, log }: MaintainWatchPorts,
  stopping: readonly WatchRecord[],
): Promise<void> {
  for (const { channelId, accountId, resourceId, calendarKey } of stopping) {
    if (resourceId === null) continue;
    await watches.retire(channelId);
    const answer = await channels.stop({ accountId, channelId, resourceId });
    if (answer.kind === "stopped") {
      await watches.close(channelId, clock.now() + keepClosedMs);
    } else {
      log.warn("watch not stopped", { calendarKey, channelId, reason: answer.reason, status: answer.status });
    }
  }
}

function unique(watches: readonly WatchRecord[]): readonly WatchRecord[] {
  return [...new Map(watches.map(watch => [watch.channelId, watch])).values()];
}
