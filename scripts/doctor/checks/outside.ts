import { judgeCallback, judgeWebhook, type AddressRemedies } from "../addresses.ts";
import type { CloudCheck, CloudContext } from "../context.ts";
import { knownDeployment, paramsOf } from "../deployment.ts";
import { combine, ok, unknown, warning } from "../finding.ts";
import { appOriginsOf, paramOf } from "../params.ts";
import { allowEverybody, logsOf } from "../remedies.ts";

/** Where a function answers, as Google and users reach it (config.ts). */
async function addressOf(context: CloudContext, name: string, param: string) {
  const deployment = await knownDeployment(context);
  const { region, prefix } = deployment;
  const id = `${prefix}${name}`;
  const { projectId } = context;
  const remedies: AddressRemedies = {
    invoker: allowEverybody(projectId, region, id.toLowerCase()),
    region: `compare FUNCTION_DEFAULT_REGION, ${param} and: npx firebase-tools functions:list --project ${projectId}`,
    logs: logsOf(projectId, id),
  };
  const given = paramOf(paramsOf(deployment, context), param);
  const url = given ?? `https://${region}-${projectId}.cloudfunctions.net/${id}`;
  return { url, remedies };
}

const webhook: CloudCheck = {
  id: "webhook",
  title: "webhook from outside",
  needs: ["deployed", "params"],
  run: async context => {
    const { url, remedies } = await addressOf(context, "calendarWebhook", "WEBHOOK_URL");
    const found = await judgeWebhook(context.open, url, remedies);
    return combine([found], `${url}: 405 on GET, 404 for an unknown channel`);
  },
};

const callback: CloudCheck = {
  id: "callback",
  title: "OAuth callback from outside",
  needs: ["deployed", "params"],
  run: async context => {
    const { url, remedies } = await addressOf(context, "oauthCallback", "OAUTH_REDIRECT_URL");
    return combine([await judgeCallback(context.open, url, remedies)], `${url}: 400 without a code`);
  },
};

/** Firebase Hosting serves the web app's configuration at a reserved address. */
const page: CloudCheck = {
  id: "page",
  title: "page",
  needs: ["web-app", "params"],
  run: async context => {
    const { projectId } = context;
    const params = paramsOf(await knownDeployment(context), context);
    const [origin = `https://${projectId}.web.app`] = appOriginsOf(params, projectId);
    const url = `${origin}/__/firebase/init.json`;
    const opened = await context.open(url);
    if (opened.kind === "none") return unknown(`cannot tell: ${url} did not answer (${opened.code})`);
    return opened.status === 200
      ? ok(`${origin} is served by Firebase Hosting`)
      : warning(
          `${url} answers ${opened.status}; an app on another host does not need it`,
          `npx firebase-tools deploy --only hosting --project ${projectId}`,
        );
  },
};

export const outsideChecks: readonly CloudCheck[] = [webhook, callback, page];
