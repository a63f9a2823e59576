import { CommitRefused, type EventWrite, type SeriesWrite } from "../ports/sync.port.ts";
import type { Log } from "../ports/runtime.port.ts";
import type { FencedWriter, PrepareBatch } from "./fenced-writer.ts";
import type { SyncMetrics } from "./sync-metrics.ts";
import type { Unreadable } from "./unreadable.ts";

/** Whose commits they are, and where is told what is left out of them. */
interface Committing {
  readonly fence: FencedWriter;
  readonly run: SyncMetrics;
  readonly ports: { readonly log: Log };
  readonly memory: { readonly unreadable: Unreadable };
}

/** What one commit is to write of events and series. */
interface Content {
  readonly events: readonly EventWrite[];
  readonly series: readonly SeriesWrite[];
}

/**
 * Commits `content` together with what `finish` prepares. If the store refuses the content, for instance a value that
 * no document can hold, everything else of it is committed first, each refused write is left out and counted, and then
 * what `finish` prepares: one event never stops a calendar.
 *
 * @throws CommitRefused when what `finish` prepares is refused itself
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

/** A series is marked dirty while its occurrences are on their way: a crash must not leave any that nobody knows of. */
async function commitEach(context: Committing, { events, series }: Content): Promise<"committed" | "lost"> {
  const dirty = series.flatMap(write =>
    write.kind === "set" ? [{ kind: "set" as const, series: { ...write.series, dirty: true } }] : [],
  );
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
          leaveOut(context, write.kind === "set" ? write.event.eventId : write.eventId);
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

/** Finds what is refused by halves: one refused write among 480 costs some twenty commits. */
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
  run.count("malformed");
  memory.unreadable.add(id);
  ports.log.error("refused by the store", { calendarKey: run.calendarKey, eventId: id.slice(0, 100) });
}
