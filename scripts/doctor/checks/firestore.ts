import * as z from "zod";
import { stringParams } from "../../../functions/src/params.ts";
import { judge } from "../cloud.ts";
import type { CloudCheck, CloudContext } from "../context.ts";
import { deploymentOf, documentsPlaceOf, type DocumentsPlace } from "../deployment.ts";
import { combine, ok, unknown, warning, wrong, type Finding } from "../finding.ts";

const database: CloudCheck = {
  id: "firestore",
  title: "Firestore database",
  needs: ["project"],
  run: async context => {
    const { cloud, projectId } = context;
    const deployment = await deploymentOf(context);
    const region = deployment.kind === "ok" ? deployment.value.region : undefined;
    const place = await documentsPlaceOf(context);
    return judge(
      await cloud.ask({
        service: "firestore",
        path: `v1/projects/${projectId}/databases/${place.database}`,
        schema: z.object({ type: z.string(), locationId: z.string() }),
        permission: "datastore.databases.get",
        role: "roles/datastore.viewer",
      }),
      projectId,
      ({ type, locationId }) => {
        if (type !== "FIRESTORE_NATIVE")
          return wrong(
            `the database is in mode ${type}; listeners need Native mode`,
            `gcloud firestore databases update${databaseOption(place)} --type=firestore-native --project ${projectId}   (only while it is empty)`,
          );
        return region === undefined || isNear(locationId, region)
          ? ok(`Native mode in ${locationId}`)
          : warning(
              `Native mode in ${locationId}, but the functions are in ${region}: each call crosses the distance`,
              "set FUNCTION_DEFAULT_REGION to a region near the database, whose location cannot be changed, and deploy",
            );
      },
      wrong(
        `there is no database ${place.database}`,
        `gcloud firestore databases create${databaseOption(place)} --location=${region ?? "LOCATION"} --project ${projectId}   (the location is for ever)`,
      ),
    );
  },
};

/** gcloud takes the default database if none is named. */
const databaseOption = ({ database: id }: DocumentsPlace): string =>
  id === stringParams.FIRESTORE_DATABASE.default ? "" : ` --database=${id}`;

/** The multi-regions are `nam5`, `nam7` and `eur3` (firebase.google.com/docs/firestore/locations). */
function isNear(location: string, region: string): boolean {
  if (location.startsWith("nam")) return region.startsWith("us-");
  if (location.startsWith("eur")) return region.startsWith("europe-");
  return location.replace(/\d+$/, "") === region.replace(/\d+$/, "");
}

const field = z.object({ fieldPath: z.string(), order: z.string().optional() });
const indexFields = z.array(field).transform(fields => fields.filter(each => each.fieldPath !== "__name__"));

const wantedIndexes = z.object({
  indexes: z.array(z.object({ collectionGroup: z.string(), fields: indexFields })),
  fieldOverrides: z.array(
    z.object({ collectionGroup: z.string(), fieldPath: z.string(), ttl: z.boolean().default(false) }),
  ),
});

const deployIndexes = ({ projectId }: CloudContext): string =>
  `npx firebase-tools deploy --only firestore:indexes --project ${projectId}`;

const indexes: CloudCheck = {
  id: "indexes",
  title: "indexes",
  needs: ["firestore"],
  run: async context => {
    const { cloud, projectId } = context;
    const place = await documentsPlaceOf(context);
    const wanted = wantedIndexes.parse(context.indexesFile).indexes;
    return judge(
      await cloud.ask({
        service: "firestore",
        path: `v1/projects/${projectId}/databases/${place.database}/collectionGroups/-/indexes`,
        schema: z.object({
          indexes: z
            .array(z.object({ name: z.string(), state: z.string(), fields: indexFields }))
            .default([]),
        }),
        permission: "datastore.indexes.list",
        role: "roles/datastore.viewer",
      }),
      projectId,
      ({ indexes: found }) =>
        combine(
          wanted.map(index => {
            const label = `${index.collectionGroup} (${index.fields.map(each => each.fieldPath).join(", ")})`;
            const same = found.find(
              ({ name, fields }) =>
                name.includes(`/collectionGroups/${index.collectionGroup}/`) &&
                JSON.stringify(fields) === JSON.stringify(index.fields),
            );
            if (same === undefined) return wrong(`no index ${label}`, deployIndexes(context));
            return judgeState(same.state, "READY", `the index ${label}`, deployIndexes(context));
          }),
          `${wanted.length} ready`,
        ),
    );
  },
};

const ttl: CloudCheck = {
  id: "ttl",
  title: "TTL policies",
  needs: ["firestore"],
  run: async context => {
    const { cloud, projectId } = context;
    const place = await documentsPlaceOf(context);
    const wanted = wantedIndexes.parse(context.indexesFile).fieldOverrides.filter(each => each.ttl);
    return judge(
      await cloud.ask({
        service: "firestore",
        path: `v1/projects/${projectId}/databases/${place.database}/collectionGroups/-/fields?filter=ttlConfig:*`,
        schema: z.object({
          fields: z
            .array(z.object({ name: z.string(), ttlConfig: z.object({ state: z.string() }) }))
            .default([]),
        }),
        permission: "datastore.indexes.list",
        role: "roles/datastore.viewer",
      }),
      projectId,
      ({ fields }) =>
        combine(
          wanted.map(({ collectionGroup, fieldPath }) => {
            const path = `/collectionGroups/${collectionGroup}/fields/${fieldPath}`;
            const label = `the TTL policy of ${collectionGroup}.${fieldPath}`;
            const found = fields.find(({ name }) => name.endsWith(path));
            if (found === undefined) return wrong(`no ${label.slice(4)}`, deployIndexes(context));
            return judgeState(found.ttlConfig.state, "ACTIVE", label, deployIndexes(context));
          }),
          `${wanted.length} active`,
        ),
    );
  },
};

function judgeState(state: string, good: string, label: string, remedy: string): Finding {
  if (state === good) return ok(label);
  if (state === "CREATING")
    return warning(`${label} is being built`, "wait some minutes, then run the doctor again");
  if (state === "NEEDS_REPAIR") return wrong(`${label} could not be built (NEEDS_REPAIR)`, remedy);
  return unknown(`${label} is in the unknown state ${state}`);
}

export const databaseChecks: readonly CloudCheck[] = [database];
export const indexChecks: readonly CloudCheck[] = [indexes, ttl];
