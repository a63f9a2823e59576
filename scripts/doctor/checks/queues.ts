import * as z from "zod";
import { judge } from "../cloud.ts";
import type { CloudCheck, CloudContext } from "../context.ts";
import { knownDeployment, type Deployment } from "../deployment.ts";
import { combine, ok, warning, wrong, type Finding } from "../finding.ts";
import { queues, schedules } from "../product.ts";
import { deployFunctions, jobCommand, jobOf, logsOf } from "../remedies.ts";
import { spanOf } from "../span.ts";

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/** A task that is due is dispatched in seconds. Retries of a whole queue may push it back by some minutes. */
const lateAfterMs = 15 * minuteMs;
const stuckAfterMs = 2 * hourMs;

const queueCheck: CloudCheck = {
  id: "queues",
  title: "task queues",
  needs: ["deployed"],
  run: async context => {
    const deployment = await knownDeployment(context);
    const findings = Object.entries(queues).map(
      async ([name, concurrency]) => await judgeQueue(context, deployment, name, concurrency),
    );
    return combine(await Promise.all(findings), "all running, no task is late");
  },
};

/** `stats` is in v2beta3 only, and only if the mask names it (cloudtasks v2beta3, QueueStats). */
async function judgeQueue(
  context: CloudContext,
  { region, prefix }: Deployment,
  name: string,
  concurrency: number,
): Promise<Finding> {
  const { cloud, projectId, nowMs } = context;
  const id = `${prefix}${name}`;
  return judge(
    await cloud.ask({
      service: "cloudtasks",
      path: `v2beta3/projects/${projectId}/locations/${region}/queues/${id}?readMask=name,state,rateLimits,stats`,
      schema: z.object({
        state: z.string(),
        rateLimits: z.object({ maxConcurrentDispatches: z.number().optional() }).default({}),
        stats: z
          .object({
            tasksCount: z.coerce.number().default(0),
            oldestEstimatedArrivalTime: z.iso.datetime({ offset: true }).optional(),
          })
          .default({ tasksCount: 0 }),
      }),
      permission: "cloudtasks.queues.get",
      role: "roles/cloudtasks.viewer",
    }),
    projectId,
    ({ state, rateLimits, stats }) => {
      if (state !== "RUNNING")
        return wrong(
          `${id} is ${state}, with ${stats.tasksCount} tasks`,
          `gcloud tasks queues resume ${id} --location ${region} --project ${projectId}`,
        );
      const lateMs = nowMs - Date.parse(stats.oldestEstimatedArrivalTime ?? "");
      if (stats.tasksCount > 0 && lateMs > lateAfterMs) {
        const say = lateMs > stuckAfterMs ? wrong : warning;
        return say(
          `${id}: ${stats.tasksCount} tasks, the oldest is ${spanOf(lateMs)} late`,
          logsOf(projectId, id),
        );
      }
      const limit = rateLimits.maxConcurrentDispatches ?? concurrency;
      return limit === concurrency
        ? ok(id)
        : warning(
            `${id} runs ${limit} tasks at once; the code asks for ${concurrency}`,
            deployFunctions(projectId),
          );
    },
    wrong(`there is no queue ${id}: its tasks cannot be stored`, deployFunctions(projectId)),
  );
}

const scheduleCheck: CloudCheck = {
  id: "schedules",
  title: "schedules",
  needs: ["deployed"],
  run: async context => {
    const deployment = await knownDeployment(context);
    const findings = Object.entries(schedules).map(
      async ([name, hours]) => await judgeSchedule(context, deployment, name, hours),
    );
    return combine(await Promise.all(findings), "all enabled, the last runs succeeded");
  },
};

async function judgeSchedule(
  context: CloudContext,
  deployment: Deployment,
  name: string,
  hours: number,
): Promise<Finding> {
  const { cloud, projectId, nowMs } = context;
  const { region, prefix } = deployment;
  const job = jobOf(deployment, name);
  return judge(
    await cloud.ask({
      service: "cloudscheduler",
      path: `v1/projects/${projectId}/locations/${region}/jobs/${job}`,
      schema: z.object({
        state: z.string(),
        lastAttemptTime: z.iso.datetime({ offset: true }).optional(),
        /** google.rpc.Status of the last run; without a code it succeeded. */
        status: z.object({ code: z.number().default(0) }).default({ code: 0 }),
      }),
      permission: "cloudscheduler.jobs.get",
      role: "roles/cloudscheduler.viewer",
    }),
    projectId,
    ({ state, lastAttemptTime, status }) => {
      if (state !== "ENABLED")
        return wrong(`${name} is ${state}`, jobCommand("resume", projectId, region, job));
      if (status.code > 0)
        return wrong(
          `the last run of ${name} failed (code ${status.code})`,
          logsOf(projectId, `${prefix}${name}`),
          jobCommand("run", projectId, region, job),
        );
      const agoMs = nowMs - Date.parse(lastAttemptTime ?? "");
      return agoMs > 2 * hours * hourMs
        ? wrong(
            `${name} last ran ${spanOf(agoMs)} ago, and should run every ${hours} h`,
            jobCommand("run", projectId, region, job),
          )
        : ok(name);
    },
    wrong(`there is no schedule for ${name}`, deployFunctions(projectId)),
  );
}

export const queueChecks: readonly CloudCheck[] = [queueCheck, scheduleCheck];
