import { fullPassBytes, pullBytes } from "./memory-budget.ts";
import { CommitRefused, type Room, type SyncPorts } from "../ports/sync.port.ts";
import type { SyncTask } from "../ports/tasks.port.ts";
import { type BeginDecision, decideBegin, type Delivery } from "./protocol.ts";
import { createFencedWriter, type FencedWriter } from "./fenced-writer.ts";
import { extendHorizon } from "./extend-horizon.ts";
import { horizonDuringPass, type Pass, planPass } from "./plan-pass.ts";
import { dropEnded } from "./retention.ts";
import { fail, suspectsToken } from "./sync-failure.ts";
import { type PassOutcome, runPass } from "./sync-pass.ts";
import { SyncMetrics } from "./sync-metrics.ts";
import type { SyncState } from "../model/sync-state.ts";

/** How a delivery ended. After every outcome except `retry` the queue may drop the task. */
export type SyncOutcome =
  /** This delivery stored every change that the task was for. */
  | "synced"
  | "covered"
  /** The calendar is switched off or deleted, or its state does not exist. */
  | "inactive"
  /** Another delivery holds the lease, and a follow-up task is queued for its end. */
  | "yielded"
  /** The time budget or the number of passes is used up; another task continues. */
  | "handedOver"
  /** The user must consent again; the account's document shows it. */
  | "reauthRequired"
  /** Google does not let the user read the calendar's events; its document shows why. */
  | "unavailable"
  /**
   * Deliver the task again later: Google or the network failed for now, the store refused the content, or another
   * delivery was in the way.
   */
  | "retry";

/** Passes of one delivery. If changes keep coming for longer, another task continues. */
const maxPasses = 8;
/** Conflicts of one delivery. Each means that another delivery changed the state first. */
const maxRaces = 50;

/**
 * One delivery from the `syncCalendar` queue. For the cause `horizon`: deletes old events, extends the horizon, and
 * then syncs if another task asked for a sync during that work. For all other causes: syncs.
 */
export async function handleSyncTask(
  ports: SyncPorts,
  task: SyncTask,
  delivered: { readonly taskId: string; readonly attempt: number },
): Promise<SyncOutcome> {
  if (task.cause !== "horizon") return await syncCalendar(ports, task, delivered);
  if ((await dropEnded(ports, task.calendarKey, delivered)) === "retry") return "retry";
  const horizon = await extendHorizon(ports, task.calendarKey, delivered);
  if (horizon.kind === "retry") return "retry";
  if (horizon.kind === "nothingToDo" || horizon.pendingEpoch === undefined) return "covered";
  const { calendarKey } = task;
  return await syncCalendar(ports, { calendarKey, epoch: horizon.pendingEpoch, cause: "waiter" }, delivered);
}

/**
 * One delivery of one `syncCalendar` task: begins, pulls (or syncs fully) and finishes, as docs/architecture.md
 * describes. Throws on failures outside the protocol (Firestore, the queue); the queue then delivers the task again.
 */
async function syncCalendar(
  ports: SyncPorts,
  task: SyncTask,
  delivered: { readonly taskId: string; readonly attempt: number },
): Promise<SyncOutcome> {
  // The counts of the log line, the time budget and the reserved memory.
  const run = new SyncMetrics(task.calendarKey, task.cause, ports.clock, ports.settings.timeBudgetMs);
  let outcome: SyncOutcome | "failed" = "failed";
  try {
    outcome = await deliver(ports, task, delivered, run);
    return outcome;
  } finally {
    run.room?.release();
    ports.log.info("sync", {
      calendarKey: task.calendarKey,
      cause: task.cause,
      outcome,
      attempt: delivered.attempt,
      ...run.counts,
      durationMs: ports.clock.now() - run.startedAtMs,
      ...(run.changeAgeMs !== undefined && { changeAgeMs: run.changeAgeMs }),
      ...(task.notifiedAtMs !== undefined && { pushLatencyMs: ports.clock.now() - task.notifiedAtMs }),
    });
  }
}

async function deliver(
  ports: SyncPorts,
  task: SyncTask,
  delivered: { readonly taskId: string; readonly attempt: number },
  run: SyncMetrics,
): Promise<SyncOutcome> {
  const holder = ports.newId(22);
  let epoch = task.epoch;
  let fullSyncs = 0;
  for (let races = 0; races < maxRaces;) {
    const stored = await ports.store.read(task.calendarKey);
    run.count("reads");
    if (stored === undefined) return "inactive";
    const { state } = stored;
    const isUpgrade = task.cause === "upgrade" && state.queryVersion !== ports.settings.queryVersion;
    // A pull since the round covers the task's epoch, but upgrades nothing: the upgrade closes an epoch of its own.
    if (isUpgrade) epoch = Math.max(epoch, state.epoch);
    const delivery: Delivery = {
      ...delivered,
      holder,
      epoch,
      userWaits: task.cause === "user" || task.cause === "connect" || task.cause === "reconnect",
      ...(task.waitsForMs !== undefined && { waitsForMs: task.waitsForMs }),
    };
    const begin = decideBegin(state, delivery, ports.clock.now(), ports.settings);
    if (begin.kind === "inactive") return "inactive";
    if (begin.kind === "covered") return run.counts.passes > 0 ? "synced" : "covered";
    if (begin.kind === "tooEarly" || begin.kind === "backOff" || begin.kind === "newerCode") return "retry";
    // The pass of the holder may be a pull, which upgrades nothing.
    if (begin.kind === "yield" && isUpgrade) return "retry";
    if (begin.kind === "pause") {
      await ports.clock.sleep(begin.ms);
      continue;
    }
    // Before the lease is taken: a delivery that waits for memory must not keep others from the calendar.
    if (begin.kind === "take" && run.room === undefined) {
      const options = { closes: begin.closes, forceFull: mustBeginFull(ports, state) };
      const bytes = nextPass(ports, run, state, options).mode === "full" ? fullPassBytes : pullBytes;
      run.room = ports.memory.tryReserve(bytes);
      if (run.room === undefined) {
        run.room = await waitForRoom(ports, run, bytes);
        if (run.room === undefined) return "retry";
        // The calendar may have changed during the wait.
        continue;
      }
    }
    const patch = begin.kind === "yield" ? { pendingEpoch: begin.pendingEpoch } : takePatch(begin, ports);
    if (
      begin.kind === "take" &&
      (run.counts.passes >= maxPasses || (run.counts.passes > 0 && run.outOfTime()))
    ) {
      return await handOver(ports, task.calendarKey, epoch, holder);
    }
    const commit = await ports.store.commit(
      task.calendarKey,
      state.uid,
      { events: [], state: patch },
      stored.version,
    );
    if (commit.kind !== "committed") {
      races += 1;
      continue;
    }
    run.count("writes");
    if (begin.kind === "yield") {
      await queueFollowUp(ports, task, epoch, begin.followUpAtMs);
      return "yielded";
    }
    const taken = { state: { ...state, ...patch }, version: commit.version };
    const fence = createFencedWriter(ports, task.calendarKey, holder, taken, run);
    const ended = await passUntilComplete(ports, fence, run, begin.closes, () => ++fullSyncs <= 1).catch(
      refused,
    );
    if (ended.kind === "failed" || ended.kind === "incomplete" || ended.kind === "refused")
      return await fail(ports, fence, run, ended);
    if (ended.kind === "outOfTime") return await handOver(ports, task.calendarKey, epoch, holder);
    if (ended.kind === "lost") {
      if (fence.isGone()) return await giveUp(ports, fence);
      races += 1;
    }
    // A task may have asked for a later epoch during this pass and left. This delivery covers that epoch too.
    if (ended.kind === "complete") {
      epoch = Math.max(epoch, fence.state().pendingEpoch);
      if (ended.mode === "pull") await reopenSilentWatch(ports, task, fence, run);
    }
  }
  throw new Error(`${maxRaces} lost races for the state of ${task.calendarKey}`);
}

/** After this time a delivery that waits for memory looks at its time budget again. */
const longestWaitMs = 10_000;

/** Waits until the memory is free. Undefined if the time budget ends first. */
async function waitForRoom(ports: SyncPorts, run: SyncMetrics, bytes: number): Promise<Room | undefined> {
  for (let room: Room | undefined; ; room = ports.memory.tryReserve(bytes)) {
    if (room !== undefined || run.outOfTime()) return room;
    await Promise.race([ports.memory.changed(), ports.clock.sleep(longestWaitMs)]);
  }
}

/** If a full sync because of a suspected token ran out of time, it continues; it does not begin again. */
function mustBeginFull(ports: SyncPorts, state: SyncState): boolean {
  return suspectsToken(state, ports.clock.now()) && state.progress?.mode !== "full";
}

function nextPass(
  ports: SyncPorts,
  run: SyncMetrics,
  state: SyncState,
  { closes, forceFull }: { readonly closes: number; readonly forceFull: boolean },
): Pass {
  const reasons = { forceFull, mayRelist: run.cause === "backup", mayUpgrade: run.cause === "upgrade" };
  return planPass(state, closes, ports.clock.now(), ports.settings, reasons);
}

function takePatch(begin: Extract<BeginDecision, { kind: "take" }>, ports: SyncPorts) {
  const { lease, versions, closes } = begin;
  return { lease, ...versions, epoch: closes + 1, pulledAt: ports.clock.now() };
}

/**
 * The store refused the state itself. Only a change of the data or of this code helps: logged as an error at once,
 * shown to the user after a while.
 */
function refused(error: unknown): { readonly kind: "refused" } {
  if (error instanceof CommitRefused) return { kind: "refused" };
  throw error;
}

/**
 * Runs a pass, and in the same task at most one full sync per delivery after a refused sync token, and at most one
 * restart.
 */
async function passUntilComplete(
  ports: SyncPorts,
  fence: FencedWriter,
  run: SyncMetrics,
  closes: number,
  mayFullSync: () => boolean,
): Promise<Exclude<PassOutcome, { kind: "needsFullSync" | "needsRewrite" | "restart" }>> {
  let forceFull = mustBeginFull(ports, fence.state());
  run.triedFull ||= forceFull;
  let rewrites = 0;
  let restarts = 0;
  for (;;) {
    const pass = nextPass(ports, run, fence.state(), { closes, forceFull });
    const horizon = horizonDuringPass(fence.state(), pass);
    if (horizon !== undefined) {
      if ((await fence.commit(() => ({ events: [], state: horizon }))) === "lost") return { kind: "lost" };
      run.count("writes");
    }
    run.count("passes");
    const ended = await runPass(ports, fence, run, pass);
    if (ended.kind === "restart" && restarts++ === 0) {
      // Without its checkpoint the pass begins again from the stored sync token: Google has refused the page token.
      if ((await fence.commit(() => ({ events: [], state: { progress: null } }))) === "lost")
        return { kind: "lost" };
      run.count("writes");
      continue;
    }
    // A full sync sends no sync token, so a refusal that names the sync token does not lead to another full sync.
    if (ended.kind === "needsFullSync" && pass.mode === "pull" && mayFullSync()) {
      forceFull = true;
      continue;
    }
    if (ended.kind === "needsRewrite" && rewrites++ === 0) {
      // Stored first: if this worker dies, and the user has the old role again, the next pass must not take the events
      // that were written in between for those of the old role.
      const mark = { detailsMixed: true, progress: null };
      if ((await fence.commit(() => ({ events: [], state: mark }))) === "lost") return { kind: "lost" };
      run.count("writes");
      continue;
    }
    if (ended.kind === "restart" || ended.kind === "needsFullSync" || ended.kind === "needsRewrite")
      return { kind: "incomplete" };
    return ended;
  }
}

const isPolled = (state: SyncState): boolean => state.pushUnsupported || state.addressRefused === true;

/**
 * If a backup pull finds changes, no notification has announced them: the channel may be dead although Google has
 * reported no error. Queues a task that replaces the channel.
 */
async function reopenSilentWatch(
  ports: SyncPorts,
  task: SyncTask,
  fence: FencedWriter,
  run: SyncMetrics,
): Promise<void> {
  if (task.cause !== "backup" || !run.hasChanged() || isPolled(fence.state())) return;
  ports.log.warn("changes without a notification", { calendarKey: task.calendarKey });
  await ports.tasks.maintainWatch(
    { calendarKey: task.calendarKey, action: "replace" },
    { id: `${task.calendarKey}-reopen-${fence.state().coveredEpoch}` },
  );
}

/**
 * Queues a task for the end of the lease. Its name contains that end, so all tasks of an epoch that find the same lease
 * share one follow-up task.
 */
async function queueFollowUp(ports: SyncPorts, task: SyncTask, epoch: number, atMs: number): Promise<void> {
  await ports.tasks.syncCalendar(
    { calendarKey: task.calendarKey, epoch, cause: "waiter", waitsForMs: atMs },
    { id: `${task.calendarKey}-${epoch}-after-${atMs}`, notBeforeMs: atMs },
  );
}

async function handOver(
  ports: SyncPorts,
  calendarKey: string,
  epoch: number,
  holder: string,
): Promise<SyncOutcome> {
  await ports.tasks.syncCalendar(
    { calendarKey, epoch, cause: "handover" },
    { id: `${calendarKey}-${epoch}-handover-${holder}` },
  );
  return "handedOver";
}

/** The state was deleted, for instance with its account: release the lease if it still exists. */
async function giveUp(ports: SyncPorts, fence: FencedWriter): Promise<SyncOutcome> {
  ports.log.warn("calendar is gone", { calendarKey: fence.calendarKey });
  await fence.release(() => ({ events: [], state: { lease: null } }));
  return "inactive";
}
