import type { SyncPorts } from "../ports/sync-ports.port.ts";
import type { Shown } from "./decisions.ts";
import type { Fence } from "./fence.ts";
import type { PassMemory } from "./pass-memory.ts";
import type { Pass } from "./pass.ts";
import type { SyncRun } from "./sync-run.ts";
import type { WriteBuffer } from "./write-buffer.ts";

/** What the steps of one pass share. */
export interface PassContext {
  readonly ports: SyncPorts;
  readonly fence: Fence;
  readonly run: SyncRun;
  readonly pass: Pass;
  readonly memory: PassMemory;
  readonly buffer: WriteBuffer;
  readonly uid: string;
}

/** Commits until what waits fits into one commit. During an import the user sees the count rise with each. */
export async function flushFull({ fence, run, buffer, memory }: PassContext): Promise<"flushed" | "lost"> {
  while (buffer.isFull) {
    const { phase = "importing" } = fence.state().shown ?? {};
    const importedCount = memory.inventory?.seen.size ?? 0;
    const shown: (Shown & { importedCount: number }) | undefined =
      phase === "importing" ? { phase, importedCount } : undefined;
    const batch = buffer.take();
    const outcome = await fence.commit(() => ({ ...batch, state: {}, ...(shown && { shown }) }));
    if (outcome === "lost") return "lost";
    run.wrote(batch, shown !== undefined);
  }
  return "flushed";
}
