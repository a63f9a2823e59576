import { startHarness, type Harness, type HarnessOptions } from "@firestore-calendar-sync/harness";
import { SyncLog } from "./sync-log.ts";

/** Runs `body` in a harness of its own, with the log of its syncs; the harness is gone whichever way it ends. */
export async function withHarness<Result>(
  options: Omit<HarnessOptions, "onLine">,
  body: (harness: Harness, log: SyncLog) => Promise<Result>,
): Promise<Result> {
  const log = new SyncLog();
  const harness = await startHarness({ ...options, onLine: log.take });
  try {
    return await body(harness, log);
  } finally {
    await harness.close();
  }
}
