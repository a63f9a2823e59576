import * as z from "zod";
import { judge } from "../cloud.ts";
import type { CloudCheck } from "../context.ts";
import { deploymentOf, paramsOf } from "../deployment.ts";
import { ok, warning, wrong } from "../finding.ts";
import { appOriginsOf } from "../params.ts";

const console = (projectId: string, page: string): string =>
  `https://console.firebase.google.com/project/${projectId}/authentication/${page}`;

const reader = { permission: "firebaseauth.configs.get", role: "roles/firebaseauth.viewer" } as const;

const authentication: CloudCheck = {
  id: "authentication",
  title: "Authentication",
  needs: ["project"],
  run: async context => {
    const { cloud, projectId } = context;
    const deployment = await deploymentOf(context);
    const params = deployment.kind === "ok" ? paramsOf(deployment.value, context) : undefined;
    return judge(
      await cloud.ask({
        service: "identitytoolkit",
        path: `admin/v2/projects/${projectId}/config`,
        schema: z.object({ authorizedDomains: z.array(z.string()).default([]) }),
        ...reader,
      }),
      projectId,
      ({ authorizedDomains }) => {
        const origins = params === undefined ? [] : appOriginsOf(params, projectId);
        const hosts = origins.map(origin => new URL(origin).hostname);
        const missing = hosts.filter(host => !authorizedDomains.includes(host));
        return missing.length === 0
          ? ok(`on; ${authorizedDomains.length} authorised domains`)
          : wrong(
              `the app's domain is not authorised for sign-in: ${missing.join(", ")}`,
              console(projectId, "settings"),
            );
      },
      wrong("Authentication is not set up", console(projectId, "providers")),
    );
  },
};

const googleProvider: CloudCheck = {
  id: "google-sign-in",
  title: "sign-in with Google",
  needs: ["authentication"],
  run: async ({ cloud, projectId }) => {
    const off = warning(
      "off: the page of this repository cannot sign users in; an app with other providers does not need it",
      console(projectId, "providers"),
    );
    return judge(
      await cloud.ask({
        service: "identitytoolkit",
        path: `admin/v2/projects/${projectId}/defaultSupportedIdpConfigs/google.com`,
        schema: z.object({ enabled: z.boolean().default(false) }),
        ...reader,
      }),
      projectId,
      ({ enabled }) => (enabled ? ok("on") : off),
      off,
    );
  },
};

const webApp: CloudCheck = {
  id: "web-app",
  title: "web app",
  needs: ["project"],
  run: async ({ cloud, projectId }) => {
    const none = wrong(
      "no web app is registered: the page gets no configuration",
      `npx firebase-tools apps:create web calendar --project ${projectId}`,
    );
    return judge(
      await cloud.ask({
        service: "firebase",
        path: `v1beta1/projects/${projectId}/webApps`,
        schema: z.object({ apps: z.array(z.object({ appId: z.string() })).default([]) }),
        permission: "firebase.clients.list",
        role: "roles/firebase.viewer",
      }),
      projectId,
      ({ apps }) => (apps.length > 0 ? ok(`${apps.length} registered`) : none),
      wrong(
        "Firebase has not been added to this Google Cloud project",
        `npx firebase-tools projects:addfirebase ${projectId}`,
      ),
    );
  },
};

export const signInChecks: readonly CloudCheck[] = [authentication, googleProvider, webApp];
