import type { ScheduleOptions } from "firebase-functions/scheduler";
import { everyFunction } from "./every-function.ts";

/**
 * The options of the scheduled rounds. Each round has hours of its own (UTC), so that no two rounds store their tasks
 * at the same time. One instance that takes one request at a time is enough, because a round only
 * stores tasks, and it keeps a round from running twice at the same time: Cloud Scheduler delivers at least once
 * (cloud.google.com/scheduler/docs/overview), and sends a run that is started by hand even while another one is
 * running (its REST reference, jobs.run). A refused run is repeated, or follows with the next schedule.
 */
export const roundOptions = {
  ...everyFunction,
  timeoutSeconds: 1800,
  memory: "512MiB",
  concurrency: 1,
  maxInstances: 1,
  retryCount: 3,
  timeZone: "Etc/UTC",
} as const satisfies Omit<ScheduleOptions, "schedule">;
