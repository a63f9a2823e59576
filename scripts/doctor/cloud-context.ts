import type { Login } from "./access-token.ts";
import { createCloud } from "./cloud.ts";
import type { CloudContext } from "./context.ts";
import { openAddress, openAt } from "./open-address.ts";

export interface CloudContextOptions extends Pick<
  CloudContext,
  "projectId" | "indexesFile" | "localParams" | "nowMs" | "inRepository" | "instanceIfNone"
> {
  readonly region: string | undefined;
  readonly instance: string | undefined;
  readonly login: Login | undefined;
  /** A stand-in for everything outside this machine; undefined for Google itself. */
  readonly root: string | undefined;
}

/** What the checks of a deployment need. */
export function createCloudContext(options: CloudContextOptions): CloudContext {
  const { region, instance, login, root, ...rest } = options;
  return {
    ...rest,
    regionAsked: region,
    instanceAsked: instance,
    login: login?.source,
    cloud: createCloud({ projectId: rest.projectId, token: login?.token, root }),
    open: root === undefined ? openAddress : openAt(root),
  };
}
