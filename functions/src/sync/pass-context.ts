import type { SyncPorts } from "../ports/sync.port.ts";
import { commitSurvivors } from "./commit-survivors.ts";
import type { CalendarStatus } from "../model/sync-state.ts";
import type { FencedWriter } from "./fenced-writer.ts";
import type { PassMemory } from "./checkpoint.ts";
import type { Pass } from "./plan-pass.ts";
import type { SyncMetrics } from "./sync-metrics.ts";
import type { WriteBuffer } from "./write-buffer.ts";

/** What the steps of one pass share. */
export interface PassContext {
  readonly ports: SyncPorts;
  readonly fence: FencedWriter;
  readonly run: SyncMetrics;
  readonly pass: Pass;
  readonly memory: PassMemory;
  readonly buffer: WriteBuffer;
  readonly uid: string;
  /** The commits that are under way; no other commit may begin before they are settled. */
  flushed: Promise<LeaseKept>;
}

/** `lost`: the lease is somebody else's, stop. */
export type LeaseKept = Awaited<ReturnType<FencedWriter["renew"]>>;

/**
 * Commits until what waits fits into one commit, and keeps the lease. A full sync goes on meanwhile: the next page is
 * planned while Firestore stores this one, and only the flush before is waited for. A pull waits: it compares with
 * what is stored, and must find what it has written itself.
 */
export async function flushFull(context: PassContext): Promise<LeaseKept> {
  if ((await context.flushed) === "lost") return "lost";
  context.flushed = drain(context);
  // Whoever settles next gets a rejection; until then it must not count as unhandled.
  context.flushed.catch(() => undefined);
  return context.memory.inventory === undefined ? await context.flushed : "fresh";
}

/** During an import the user sees the count rise with each commit. */
async function drain(context: PassContext): Promise<LeaseKept> {
  const { fence, run, buffer, memory } = context;
  while (buffer.isFull) {
    const importedCount = memory.inventory?.listed.size ?? 0;
    const { phase = "importing" } = fence.state().shown ?? {};
    const shown: (CalendarStatus & { importedCount: number }) | undefined =
      phase === "importing" ? { phase, importedCount } : undefined;
    const batch = buffer.take();
    const outcome = await commitSurvivors(context, batch, () => ({
      events: [],
      state: {},
      ...(shown && { shown }),
    }));
    if (outcome === "lost") return "lost";
    run.wrote(batch, shown !== undefined);
  }
  const renewed = await fence.renew();
  if (renewed === "committed") run.count("writes");
  return renewed;
}
