import { createHash } from "node:crypto";
import type { ActiveCalendar, SyncStore } from "../ports/sync.port.ts";
import type { Clock } from "../ports/runtime.port.ts";
import type { TaskQueue } from "../ports/tasks.port.ts";
import { retentionStart } from "./retention.ts";

const pageSize = 1_000;
/** Enqueuing is one HTTP call each; so many at once keep 100,000 calendars within minutes. */
const inFlight = 100;
const attemptsPerTask = 3;

/** What a scheduled run did. */
export interface ScheduledCounts {
  calendars: number;
  created: number;
  /** Tasks of the same name from an earlier run of the same schedule. */
  existing: number;
  failed: number;
}

interface SchedulePorts {
  readonly store: Pick<SyncStore, "activeCalendars">;
  readonly tasks: TaskQueue;
  readonly clock: Clock;
}

/** A pull of every active calendar, because Google drops notifications. */
export async function backupSync(
  ports: SchedulePorts,
  scheduledAtMs: number,
  spreadMs: number,
): Promise<ScheduledCounts> {
  return await queueEvery(ports, "backup", scheduledAtMs, spreadMs, () => true);
}

/** A new horizon for every calendar that has a series without an end, and a new start of the window for old ones. */
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
 * A `syncCalendar` task for every calendar concerned, spread over `spreadMs` by a hash of the calendar, so that
 * neither Google nor Firestore sees a peak. Safe to run again for the same schedule time: the names repeat.
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

  for (let after: string | undefined; ;) {
    const page = await ports.store.activeCalendars(after, pageSize);
    const concerned = page.filter(concerns);
    counts.calendars += concerned.length;
    let at = 0;
    const oneByOne = async (): Promise<void> => {
      for (let next = concerned[at++]; next !== undefined; next = concerned[at++])
        await enqueue(next.calendarKey, next.epoch);
    };
    await Promise.all(Array.from({ length: inFlight }, oneByOne));
    if (page.length < pageSize) return counts;
    after = page.at(-1)?.calendarKey;
  }
}

/** The same moment for a calendar in every run: six hours lie between two of its backups. */
function spread(calendarKey: string, spreadMs: number): number {
  return spreadMs === 0 ? 0 : createHash("sha256").update(calendarKey).digest().readUInt32BE() % spreadMs;
}
