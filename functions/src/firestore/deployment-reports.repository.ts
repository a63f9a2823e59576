import { type Firestore, Timestamp } from "firebase-admin/firestore";
import type { DeploymentReports } from "../ports/deployment.port.ts";
import { deploymentDocument, paths } from "./documents.ts";

/** More instances than that in one database are not named one by one. */
const fewInstances = 100;

/**
 * `calendarSyncDeployments/{instance}`.
 *
 * @param open the database; called with each operation, because opening it fails if the params are not usable
 */
export function createDeploymentReports(open: () => Firestore): DeploymentReports {
  return {
    begin: async (instance, nowMs) => {
      const document = open().doc(paths.deployment(instance));
      await document.set({ startedAt: Timestamp.fromMillis(nowMs) }, { merge: true });
      deploymentDocument.parse((await document.get()).data());
    },

    save: async ({ instance, checkedAtMs, findings, ...place }) => {
      const checkedAt = Timestamp.fromMillis(checkedAtMs);
      await open()
        .doc(paths.deployment(instance))
        .set({ ...place, checkedAt, startedAt: checkedAt, findings });
    },

    othersSince: async (instance, sinceMs) => {
      const { docs } = await open()
        .collection(paths.deployments)
        .limit(fewInstances)
        .select("startedAt")
        .get();
      return docs
        .filter(({ id }) => id !== instance)
        .filter(document => {
          const parsed = deploymentDocument.safeParse(document.data());
          return parsed.success && parsed.data.startedAt.toMillis() > sinceMs;
        })
        .map(({ id }) => id);
    },
  };
}
