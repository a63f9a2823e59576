import type { AccountStatus } from "../ports/account.port.ts";
import type { PushChannels, WatchRecord, WatchStore, WatchTarget } from "../ports/watch.port.ts";
import type { Clock, Log, NewId } from "../ports/runtime.port.ts";
import { type GoogleFailure, isTransient, needsConsent, raiseAlarm } from "../model/google-failure.ts";
import type { TaskQueue, WatchTask } from "../ports/tasks.port.ts";
import { hashChannelToken, newChannelId, newChannelToken } from "./channel.ts";
import { countedOnUntil, isWanted, planMaintenance, quietMs, stuckAfterMs } from "./plan-watch.ts";

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
  /** Everything that was to be done is done, or was done already. */
  | { readonly kind: "done" }
  /** Google refuses for good, for now: no retry of this task. */
  | { readonly kind: "refused"; readonly failure: GoogleFailure }
  /** Passing: the task queue is to try again. */
  | { readonly kind: "tryAgain"; readonly failure: GoogleFailure };

/**
 * Brings the channels of one calendar into order: at most one open, none stuck, old ones stopped after the new one is
 * open (there is no renewal, and a gap would lose notifications: guides/push, "Renew notification channels").
 * Safe to repeat and safe in parallel; see watch/plan-watch.ts.
 */
export async function maintainWatch(
  dependencies: MaintainWatchPorts,
  task: WatchTask,
): Promise<MaintainOutcome> {
  const { watches, clock } = dependencies;
  // Before anything else: a task that dies after it leaves a calendar that the daily round opens a channel for.
  if (task.action === "ask") await watches.clearPushMarks(task.calendarKey);
  const target = await watches.target(task.calendarKey);
  const records = await watches.ofCalendar(task.calendarKey);
  const plan = planMaintenance(task, target, records, clock.now());

  let opened: OpenResult = { kind: "opened", unwanted: [] };
  if (plan.resume !== undefined) opened = await putIntoService(dependencies, plan.resume);
  else if (plan.open !== undefined) opened = await open(dependencies, plan.open);
  await settleAddress(dependencies, task.calendarKey);
  // Tidying goes on even if opening failed: the two have nothing to do with each other. It is planned again after it,
  // because older channels make way now, and Google has told the id that a stuck one can be stopped with.
  const asBefore = plan.resume === undefined && plan.open === undefined;
  const known = asBefore ? records : await watches.ofCalendar(task.calendarKey);
  const { stop, close } = planMaintenance(task, target, known, clock.now());
  for (const watch of close) await watches.close(watch.channelId, clock.now() + quietMs);
  const unwanted = opened.kind === "opened" ? opened.unwanted : [];
  await stopAll(dependencies, unique([...stop, ...unwanted]));
  // Switched on again meanwhile: the task that was to open a channel may have come when the one that is stopped now
  // was open still, and have found nothing to do.
  if (!isWanted(target) && stop.length > 0 && isWanted(await watches.target(task.calendarKey))) {
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
    expiresAtMs: nowMs + stuckAfterMs,
    createdAtMs: nowMs,
  };
  // First the record: Google's `sync` message may arrive before the answer to the watch call does.
  if ((await watches.begin(watch, hashChannelToken(token))) === "unwanted")
    return { kind: "opened", unwanted: [] };
  const answer = await channels.open({ accountId, resource, calendarId, channelId: watch.channelId, token });
  if (answer.kind === "failed") return await refused(dependencies, target, watch, answer);
  const { resourceId } = answer;
  const expiresAtMs = countedOnUntil(answer.expiresAtMs, clock.now());
  await watches.answered(watch.channelId, resourceId, expiresAtMs);
  await dependencies.accountStatus.noteAccepted(accountId);
  return await putIntoService(dependencies, { ...watch, resourceId, expiresAtMs });
}

/** From Google's answer on. A worker that dies in here is followed by one that comes back to the same place. */
async function putIntoService(dependencies: MaintainWatchPorts, watch: WatchRecord): Promise<OpenResult> {
  const { watches, log } = dependencies;
  const { calendarKey } = watch;
  // What changed between the last pull and the opening was announced to nobody. The epoch is read after the opening,
  // like a notification's: the pass that closes it lists later than that. (The epoch from before the opening may have
  // been covered by a pass that listed too early.) Queued before the channel counts as open: after that, a retried
  // task would find nothing to do.
  const target = await watches.target(calendarKey);
  // Before the pull that follows: it shows the user that the calendar is live again.
  if (target?.addressRefused === true) await watches.clearPushMarks(calendarKey);
  if (target?.active === true) await pull(dependencies, target, "watch");
  // Unwanted also when the calendar, and this record with it, was removed meanwhile: nobody else knows of this channel.
  if ((await watches.open(watch.channelId)) === "unwanted") return { kind: "opened", unwanted: [watch] };
  log.info("watch opened", { calendarKey, channelId: watch.channelId, expiresAtMs: watch.expiresAtMs });
  return { kind: "opened", unwanted: [] };
}

/**
 * Of two workers one may be refused while the other opens a channel. Each looks after its own mark or channel is
 * stored, so that the later look sees both: then the address is accepted.
 */
async function settleAddress(dependencies: MaintainWatchPorts, calendarKey: string): Promise<void> {
  const { watches } = dependencies;
  const target = await watches.target(calendarKey);
  if (target?.addressRefused !== true || !(await isServed(dependencies, calendarKey))) return;
  await watches.clearPushMarks(calendarKey);
  await pull(dependencies, target, "accepted");
}

/** Queues a pull of what is watched. */
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
  // After a 5xx or a time-out the channel may exist: the record stays, so that its messages find it, until it is stuck.
  if (reason === "unavailable") return { kind: "tryAgain", failure };
  await watches.forget(watch.channelId);
  if (reason === "addressRefused") {
    // While an older channel still pushes, nothing has changed for the user.
    if (!(await isServed(dependencies, calendarKey))) await watches.markAddressRefused(calendarKey);
    // Only the operator can help; the daily round finds the calendar without a channel, and tries again.
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
    // Gone or forbidden: a pull finds out whether that is true of the calendar or of watching only, and tells the user.
    await pull(dependencies, target, "refused");
  }
  return { kind: "refused", failure };
}

async function isServed({ watches, clock }: MaintainWatchPorts, calendarKey: string): Promise<boolean> {
  const known = await watches.ofCalendar(calendarKey);
  return known.some(({ status, expiresAtMs }) => status === "open" && expiresAtMs > clock.now());
}

/** Stops channels at Google. One that cannot be stopped now stays `retiring` and is taken up by the daily round. */
async function stopAll(
  { watches, channels, clock, log }: MaintainWatchPorts,
  stopping: readonly WatchRecord[],
): Promise<void> {
  for (const { channelId, accountId, resourceId, calendarKey } of stopping) {
    if (resourceId === null) continue;
    await watches.retire(channelId);
    const answer = await channels.stop({ accountId, channelId, resourceId });
    if (answer.kind === "stopped") {
      await watches.close(channelId, clock.now() + quietMs);
    } else {
      log.warn("watch not stopped", { calendarKey, channelId, reason: answer.reason, status: answer.status });
    }
  }
}

function unique(watches: readonly WatchRecord[]): readonly WatchRecord[] {
  return [...new Map(watches.map(watch => [watch.channelId, watch])).values()];
}
