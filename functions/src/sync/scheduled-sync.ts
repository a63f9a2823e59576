import { createHash } from "node:crypto";
import { isInTurn, type Stretch } from "../model/stretch.ts";
import type { ActiveCalendar, SyncStore } from "../ports/sync.port.ts";
import type { Clock } from "../ports/runtime.port.ts";
import type { TaskQueue } from "../ports/tasks.port.ts";
import { createFanOut } from "../fan-out.ts";
import { retentionStart } from "./retention.ts";

const pageSize = 1_000;
/** Each task is one HTTP call. With this many calls in parallel 100,000 calendars take minutes. */
const maxInFlight = 100;
const attemptsPerTask = 3;

/** The counts of a scheduled run. */
export interface ScheduledCounts {
  calendars: number;
  created: number;
  /** Tasks that an earlier attempt of the same run had stored. */
  existing: number;
  failed: number;
}

interface SchedulePorts {
  readonly store: Pick<SyncStore, "activeCalendars">;
  readonly tasks: TaskQueue;
  readonly clock: Clock;
}

/** The backup's interval. Its rounds are numbered by it, so that a stretched backup takes other calendars each time. */
const backupIntervalMs = 6 * 3_600_000;

/**
 * Queues a pull of every active calendar, because Google may drop notifications (guides/push). If the backup is
 * stretched, only of those whose turn it is.
 */
export async function backupSync(
  ports: SchedulePorts,
  scheduledAtMs: number,
  spreadMs: number,
  stretch: Stretch,
): Promise<ScheduledCounts> {
  const round = Math.floor(scheduledAtMs / backupIntervalMs);
  return await queueEvery(ports, "backup", scheduledAtMs, spreadMs, ({ calendarKey }) =>
    isInTurn(calendarKey, round, stretch),
  );
}

/** Queues a task for every calendar that has an open-ended series, or whose window's start is due for retention. */
export async function queueHorizons(
  ports: SchedulePorts & { readonly retentionMs: number },
  scheduledAtMs: number,
  spreadMs: number,
): Promise<ScheduledCounts> {
  const nowMs = ports.clock.now();
  return await queueEvery(
    ports,
    "horizon",
    scheduledAtMs,
    spreadMs,
    calendar => calendar.openSeries || retentionStart(calendar, ports.retentionMs, nowMs) !== undefined,
  );
}

/**
 * Queues a `syncCalendar` task for every selected calendar, spread over `spreadMs` by a hash of the calendar, to avoid
 * a peak at Google and Firestore. Safe to repeat with the same schedule time, because the tasks' names are the same.
 */
async function queueEvery(
  ports: SchedulePorts,
  cause: "backup" | "horizon",
  scheduledAtMs: number,
  spreadMs: number,
  concerns: (calendar: ActiveCalendar) => boolean,
): Promise<ScheduledCounts> {
  const counts: ScheduledCounts = { calendars: 0, created: 0, existing: 0, failed: 0 };
  const enqueue = async (calendarKey: string, epoch: number): Promise<void> => {
    const id = `${calendarKey}-${epoch}-${cause}-${scheduledAtMs}`;
    const notBeforeMs = ports.clock.now() + spread(calendarKey, spreadMs);
    for (let attempt = 1; attempt <= attemptsPerTask; attempt++) {
      try {
        const outcome = await ports.tasks.syncCalendar({ calendarKey, epoch, cause }, { id, notBeforeMs });
        counts[outcome === "created" ? "created" : "existing"] += 1;
        return;
      } catch {
        if (attempt < attemptsPerTask) await ports.clock.sleep(200 * 2 ** attempt);
      }
    }
    counts.failed += 1;
  };

  const tasks = createFanOut(maxInFlight);
  for (let after: string | undefined; ;) {
    const page = await ports.store.activeCalendars(after, pageSize);
    const concerned = page.filter(concerns);
    counts.calendars += concerned.length;
    for (const { calendarKey, epoch } of concerned)
      await tasks.start(async () => {
        await enqueue(calendarKey, epoch);
      });
    if (page.length < pageSize) break;
    after = page.at(-1)?.calendarKey;
  }
  await tasks.settled();
  return counts;
}

/** A fixed delay for each calendar, so that its backups are always six hours apart. */
function spread(calendarKey: string, spreadMs: number): number {
  return spreadMs === 0 ? 0 : createHash("sha256").update(calendarKey).digest().readUInt32BE() % spreadMs;
}
