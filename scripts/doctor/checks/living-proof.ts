import * as z from "zod";
import { cannotTell, judge } from "../cloud.ts";
import type { CloudCheck } from "../context.ts";
import { documentsPlaceOf, knownDeployment } from "../deployment.ts";
import { readDocuments } from "../documents.ts";
import { ok, warning, wrong } from "../finding.ts";
import { judgeAccounts, judgeSyncs, judgeWatches } from "../living.ts";
import { jobCommand, jobOf, logsOf } from "../remedies.ts";
import { spanOf } from "../span.ts";

const alarmWindowMs = 24 * 3_600_000;

/** Every calendar is pulled within seven hours, so a fault that lasts raises its alarm again within them. */
const quietAfterMs = 7 * 3_600_000;

const alarms: CloudCheck = {
  id: "alarms",
  title: "operator's alarms of the last 24 hours",
  needs: ["deployed"],
  run: async ({ cloud, projectId, nowMs }) => {
    const since = new Date(nowMs - alarmWindowMs).toISOString();
    return judge(
      await cloud.ask({
        service: "logging",
        path: "v2/entries:list",
        schema: z.object({
          entries: z
            .array(
              z.object({
                timestamp: z.iso.datetime({ offset: true }).optional().catch(undefined),
                jsonPayload: z.object({ event: z.string() }).optional().catch(undefined),
              }),
            )
            .default([]),
        }),
        permission: "logging.logEntries.list",
        role: "roles/logging.viewer",
        body: {
          resourceNames: [`projects/${projectId}`],
          filter: `jsonPayload.message="alarm" AND severity>=ERROR AND timestamp>="${since}"`,
          orderBy: "timestamp desc",
          pageSize: 500,
        },
      }),
      projectId,
      ({ entries }) => {
        const counts = new Map<string, number>();
        for (const { jsonPayload } of entries) {
          if (jsonPayload !== undefined)
            counts.set(jsonPayload.event, (counts.get(jsonPayload.event) ?? 0) + 1);
        }
        if (counts.size === 0) return ok("none");
        const named = [...counts].map(([event, count]) => `${event} (${count})`).join(", ");
        const remedy = 'look these events up in the "Runbook" of firestore-calendar-sync, "Alarms"';
        const times = entries.flatMap(({ timestamp }) => timestamp ?? []).map(text => Date.parse(text));
        const agoMs = times.length === 0 ? 0 : nowMs - Math.max(...times);
        return agoMs > quietAfterMs
          ? warning(`${named}, the last one ${spanOf(agoMs)} ago`, remedy)
          : wrong(named, remedy);
      },
    );
  },
};

const watches: CloudCheck = {
  id: "watches",
  title: "watches",
  needs: ["deployed", "firestore"],
  run: async context => {
    const deployment = await knownDeployment(context);
    const answer = await readDocuments(context, "calendarSyncWatches", [
      "status",
      "expiresAt",
      "calendarKey",
    ]);
    if (answer.kind !== "ok") return cannotTell(answer, context.projectId);
    return judgeWatches(
      answer.value,
      context.nowMs,
      jobCommand("run", context.projectId, deployment.region, jobOf(deployment, "renewWatches")),
    );
  },
};

const accounts: CloudCheck = {
  id: "accounts",
  title: "accounts",
  needs: ["deployed", "firestore"],
  run: async context => {
    const answer = await readDocuments(context, "calendarSyncLists", ["status", "active"]);
    return answer.kind === "ok"
      ? judgeAccounts(
          answer.value,
          `publish the app, if it is "in testing": https://console.cloud.google.com/auth/audience?project=${context.projectId}`,
        )
      : cannotTell(answer, context.projectId);
  },
};

const syncs: CloudCheck = {
  id: "syncs",
  title: "last syncs",
  needs: ["deployed", "firestore"],
  run: async context => {
    const deployment = await knownDeployment(context);
    const answer = await readDocuments(context, "calendars", ["enabled", "lastSyncedAt"], true);
    if (answer.kind !== "ok") return cannotTell(answer, context.projectId);
    const { usersRoot } = await documentsPlaceOf(context);
    return judgeSyncs(
      answer.value,
      { nowMs: context.nowMs, usersRoot },
      logsOf(context.projectId, `${deployment.prefix}syncCalendar`),
      jobCommand("run", context.projectId, deployment.region, jobOf(deployment, "backupSync")),
    );
  },
};

export const livingChecks: readonly CloudCheck[] = [alarms, watches, accounts, syncs];
