import * as z from "zod";
import { judge } from "../cloud.ts";
import type { CloudCheck } from "../context.ts";
import { documentsPlaceOf, knownDeployment } from "../deployment.ts";
import { combine, ok, unknown, warning, wrong, type Finding } from "../finding.ts";
import { checkAgain } from "../remedies.ts";
import { spanOf } from "../span.ts";

const text = z.object({ stringValue: z.string() });
const finding = z
  .object({
    mapValue: z.object({
      fields: z.object({ check: text, level: text, text, remedy: text.optional() }),
    }),
  })
  .transform(({ mapValue: { fields } }) => ({
    check: fields.check.stringValue,
    level: fields.level.stringValue,
    text: fields.text.stringValue,
    remedies: fields.remedy === undefined ? [] : [fields.remedy.stringValue],
  }));

/**
 * `calendarSyncDeployments/{instance}`, as Firestore's REST API shows it (v1, Value). A first check that has only begun
 * has no findings.
 */
const report = z.object({
  fields: z.object({
    checkedAt: z.object({ timestampValue: z.iso.datetime({ offset: true }) }).optional(),
    findings: z
      .object({ arrayValue: z.object({ values: z.array(finding).default([]) }) })
      .transform(({ arrayValue }) => arrayValue.values)
      .default([]),
  }),
});

const selfCheck: CloudCheck = {
  id: "self-check",
  title: "self-check of the functions",
  needs: ["deployed", "firestore"],
  run: async context => {
    const { cloud, projectId, nowMs } = context;
    const { instance, prefix, functions } = await knownDeployment(context);
    const { database } = await documentsPlaceOf(context);
    const codebase = functions.flatMap(each => each.details.labels["firebase-functions-codebase"] ?? [])[0];
    const again = checkAgain(projectId, codebase ?? "calendar-sync");
    const notRun = warning("has not run", again);
    // A prefix that is not that of a kit is unknown to the functions (config.ts).
    const document = prefix.startsWith("kit-") ? instance : "default";
    return judge(
      await cloud.ask({
        service: "firestore",
        path: `v1/projects/${projectId}/databases/${database}/documents/calendarSyncDeployments/${document}`,
        schema: report,
        permission: "datastore.entities.get",
        role: "roles/datastore.viewer",
      }),
      projectId,
      ({ fields: { checkedAt, findings } }) => {
        if (checkedAt === undefined) return warning("has begun, but has stored no findings", again);
        const ago = spanOf(nowMs - Date.parse(checkedAt.timestampValue));
        const judged = findings.map((each): Finding => {
          const said = `${each.check}: ${each.text}`;
          if (each.level === "ok") return ok(said);
          return each.level === "wrong" ? wrong(said, ...each.remedies) : unknown(said);
        });
        const all = combine(judged, `${findings.length} checks`);
        const shown = { ...all, text: `${all.text} (${ago} ago)` };
        return all.level === "ok" ? shown : { ...shown, remedies: [...all.remedies, again] };
      },
      notRun,
    );
  },
};

export const selfChecks: readonly CloudCheck[] = [selfCheck];
