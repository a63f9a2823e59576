import { startHarness, type Harness, type HarnessOptions } from "@firestore-calendar-sync/harness";
import { SyncLog } from "./sync-log.ts";

/** What an instance logs as an error: no benchmark means to cause one. */
const errorLine = /"severity":"(?:ERROR|CRITICAL|ALERT|EMERGENCY)"/;

/**
 * Runs `body` in a harness of its own, with the log of its syncs; errors of the instances go to stderr. The harness is
 * gone whichever way it ends.
 */
export async function withHarness<Result>(
  options: Omit<HarnessOptions, "onLine">,
  body: (harness: Harness, log: SyncLog) => Promise<Result>,
): Promise<Result> {
  const log = new SyncLog();
  const onLine = (line: string): void => {
    log.take(line);
    if (errorLine.test(line)) console.error(line);
  };
  const harness = await startHarness({ ...options, onLine });
  try {
    return await body(harness, log);
  } finally {
    await harness.close();
  }
}
