import { CommitRefused, type EventWrite, type SeriesWrite } from "../ports/sync.port.ts";
import type { Log } from "../ports/runtime.port.ts";
import { eventIdOf } from "./change-feed.ts";
import type { FencedWriter, PrepareBatch } from "./fenced-writer.ts";
import { asDirty } from "./shown-series.ts";
import type { SyncMetrics } from "./sync-metrics.ts";
import type { Unreadable } from "./unreadable.ts";

/** The writer of the commits, and the places where a write that is left out is recorded. */
interface Committing {
  readonly fence: FencedWriter;
  readonly run: SyncMetrics;
  readonly ports: { readonly log: Log };
  readonly memory: { readonly unreadable: Unreadable };
}

/** The events and series of one commit. */
interface Content {
  readonly events: readonly EventWrite[];
  readonly series: readonly SeriesWrite[];
}

/**
 * Commits `content` together with the batch that `finish` prepares. If the store refuses the content (for instance a
 * value that no document can hold), the acceptable writes are committed first, each refused write is left out and
 * recorded as unreadable, and the batch of `finish` is committed last. One event therefore never stops a calendar.
 *
 * @throws CommitRefused if the store refuses the batch of `finish` itself
 */
export async function commitSurvivors(
  context: Committing,
  content: Content,
  finish: PrepareBatch,
): Promise<"committed" | "lost"> {
  const { fence } = context;
  try {
    return await fence.commit(state => ({ ...finish(state), ...content }));
  } catch (error) {
    if (!(error instanceof CommitRefused) || content.events.length + content.series.length === 0) throw error;
  }
  return (await commitEach(context, content)) === "lost" ? "lost" : await fence.commit(finish);
}

/**
 * Commits the series marked dirty, then the events, then the series themselves. After a crash in between, the series is
 * dirty, and its next plan reads all its stored occurrences.
 */
async function commitEach(context: Committing, { events, series }: Content): Promise<"committed" | "lost"> {
  const dirty = series.flatMap(write => (write.kind === "set" ? [asDirty(write)] : []));
  const steps: (() => Promise<"committed" | "lost">)[] = [
    () =>
      commitHalves(
        context,
        dirty,
        some => ({ events: [], series: some }),
        () => undefined,
      ),
    () =>
      commitHalves(
        context,
        events,
        some => ({ events: some, series: [] }),
        write => {
          leaveOut(context, eventIdOf(write));
        },
      ),
    () =>
      commitHalves(
        context,
        series,
        some => ({ events: [], series: some }),
        write => {
          leaveOut(context, write.kind === "set" ? write.series.seriesId : write.seriesId);
        },
      ),
  ];
  for (const step of steps) if ((await step()) === "lost") return "lost";
  return "committed";
}

/** Finds the refused writes by bisection: one refused write among 480 costs about twenty commits. */
async function commitHalves<W>(
  context: Committing,
  writes: readonly W[],
  toContent: (writes: readonly W[]) => Content,
  refused: (write: W) => void,
): Promise<"committed" | "lost"> {
  const [first] = writes;
  if (first === undefined) return "committed";
  try {
    return await context.fence.commit(() => ({ ...toContent(writes), state: {} }));
  } catch (error) {
    if (!(error instanceof CommitRefused)) throw error;
  }
  if (writes.length === 1) {
    refused(first);
    return "committed";
  }
  const middle = Math.ceil(writes.length / 2);
  const before = await commitHalves(context, writes.slice(0, middle), toContent, refused);
  return before === "lost" ? before : await commitHalves(context, writes.slice(middle), toContent, refused);
}

function leaveOut({ ports, run, memory }: Committing, id: string): void {
  run.refused(id);
  memory.unreadable.add(id);
  ports.log.error("refused by the store", { calendarKey: run.calendarKey, eventId: id.slice(0, 100) });
}
