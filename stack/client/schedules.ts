import { region } from "../addresses.ts";
import type { Connection } from "./connection.ts";
import { sendJson } from "./http.ts";

/**
 * Runs one scheduled function like Cloud Scheduler, because the Emulator Suite has no scheduler. The tasks that the
 * function spreads over an hour become due at once. (The suite's own queue ignores delays.)
 */
export async function runSchedule(
  { functionsUrl, functionPrefix = "", projectId, tasksHost }: Connection,
  name: string,
): Promise<void> {
  const { origin } = new URL(functionsUrl);
  const { status, text } = await sendJson(
    `${origin}/functions/projects/${projectId}/triggers/${region}-${functionPrefix}${name}-0`,
    "POST",
    {},
    { "X-CloudScheduler-JobName": name, "X-CloudScheduler-ScheduleTime": new Date().toISOString() },
  );
  if (status !== 200) throw new Error(`${name} answered ${status}: ${text}`);
  const skipped = await sendJson(`http://${tasksHost}/_emulator/skipDelays`, "POST", {});
  if (skipped.status !== 200 && skipped.status !== 404)
    throw new Error(`the task queue answered ${skipped.status}: ${skipped.text}`);
}
