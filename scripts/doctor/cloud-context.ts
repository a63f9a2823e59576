import { readFileSync } from "node:fs";
import { join } from "node:path";
import { rootFolder } from "../../stack/addresses.ts";
import type { Login } from "./access-token.ts";
import { createCloud } from "./cloud.ts";
import type { CloudContext } from "./context.ts";
import { openAddress, openAt } from "./open-address.ts";

export interface CloudContextOptions {
  readonly projectId: string;
  readonly region: string | undefined;
  readonly instance: string | undefined;
  readonly login: Login | undefined;
  /** A stand-in for everything outside this machine; undefined for Google itself. */
  readonly root: string | undefined;
  readonly localParams: Readonly<Record<string, string>>;
  readonly nowMs: number;
}

/** What the checks of a deployment need. */
export function createCloudContext(options: CloudContextOptions): CloudContext {
  const { projectId, region, instance, login, root, localParams, nowMs } = options;
  return {
    projectId,
    regionAsked: region,
    instanceAsked: instance,
    login: login?.source,
    cloud: createCloud({ projectId, token: login?.token, root }),
    open: root === undefined ? openAddress : openAt(root),
    nowMs,
    indexesFile: JSON.parse(readFileSync(join(rootFolder, "firestore.indexes.json"), "utf8")) as unknown,
    localParams,
  };
}
