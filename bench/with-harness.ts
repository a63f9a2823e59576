import { startHarness, type Harness, type HarnessOptions } from "@firestore-calendar-sync/harness";
import { SyncLog } from "./sync-log.ts";

/** A line that an instance logs as an error. No benchmark causes errors deliberately. */
const errorLine = /"severity":"(?:ERROR|CRITICAL|ALERT|EMERGENCY)"/;

/**
 * Runs `body` in a separate harness, with the log of its syncs. Errors of the instances go to stderr, and every line
 * that an instance prints goes to `onEveryLine`. The harness is closed in any case.
 */
export async function withHarness<Result>(
  options: Omit<HarnessOptions, "onLine">,
  body: (harness: Harness, log: SyncLog) => Promise<Result>,
  onEveryLine: (line: string) => void = () => undefined,
): Promise<Result> {
  const log = new SyncLog();
  const onLine = (line: string): void => {
    log.take(line);
    onEveryLine(line);
    if (errorLine.test(line)) console.error(line);
  };
  const harness = await startHarness({ ...options, onLine });
  try {
    return await body(harness, log);
  } finally {
    await harness.close();
  }
}
