import * as z from "zod";
import { cannotTell } from "../cloud.ts";
import type { CloudCheck, CloudContext } from "../context.ts";
import { knownDeployment, paramsOf, storedSecret, type Deployment } from "../deployment.ts";
import { ok, unknown, warning, wrong, type Finding } from "../finding.ts";
import { paramOf } from "../params.ts";
import { setSecret } from "../remedies.ts";
import { readSecret } from "./secrets.ts";

const tokenUrl = "https://oauth2.googleapis.com/token";
const consentUrl = "https://accounts.google.com/o/oauth2/v2/auth";

const credentialsPage = (projectId: string): string =>
  `https://console.cloud.google.com/apis/credentials?project=${projectId}`;

/** The redirect URI that the functions use (config.ts). */
function redirectUriOf({ region, prefix }: Deployment, context: CloudContext, given: string | undefined) {
  return given ?? `https://${region}-${context.projectId}.cloudfunctions.net/${prefix}oauthCallback`;
}

async function clientOf(context: CloudContext) {
  const deployment = await knownDeployment(context);
  const params = paramsOf(deployment, context);
  return {
    clientId: params["GOOGLE_CLIENT_ID"] ?? "",
    redirectUri: redirectUriOf(deployment, context, paramOf(params, "OAUTH_REDIRECT_URL")),
  };
}

/**
 * Exchanges a code that Google never issued. Google checks the client first: `invalid_grant` means that the id and the
 * secret are good (RFC 6749, 5.2). Nothing is issued and nothing is ended.
 */
const client: CloudCheck = {
  id: "oauth-client",
  title: "OAuth client",
  needs: ["params", "secrets"],
  run: async context => {
    const { projectId, open } = context;
    const { clientId, redirectUri } = await clientOf(context);
    const secret = await readSecret(context, "GOOGLE_CLIENT_SECRET");
    if (secret.kind !== "ok") return cannotTell(secret, projectId);
    const { id } = storedSecret(await knownDeployment(context), "GOOGLE_CLIENT_SECRET");
    if (secret.value !== secret.value.trim())
      return wrong("GOOGLE_CLIENT_SECRET begins or ends with white space", setSecret(projectId, id));
    const opened = await open(tokenUrl, {
      method: "POST",
      body: new URLSearchParams({
        grant_type: "authorization_code",
        code: "4/doctor",
        client_id: clientId,
        client_secret: secret.value,
        redirect_uri: redirectUri,
      }),
    });
    if (opened.kind === "none")
      return unknown(`cannot tell: Google's token endpoint did not answer: ${opened.code}`);
    return judgeTokenAnswer(opened.text, redirectUri, projectId, id);
  },
};

function judgeTokenAnswer(text: string, redirectUri: string, projectId: string, secretId: string): Finding {
  switch (errorIn(text)) {
    case "invalid_grant":
      return ok("Google accepts the id and the secret");
    case "invalid_client":
      return wrong(
        "Google does not accept the client's id or secret (invalid_client)",
        credentialsPage(projectId),
        setSecret(projectId, secretId),
      );
    case "unauthorized_client":
      return wrong(
        "the client may not exchange codes: its type must be Web application",
        credentialsPage(projectId),
      );
    case "redirect_uri_mismatch":
      return redirectMissing(redirectUri, projectId);
    case undefined:
      return unknown("cannot tell: Google's token endpoint answered in an unknown form");
    default:
      return unknown("cannot tell: Google's token endpoint answered with another error");
  }
}

/** The answer may be of any form, and is not printed. */
function errorIn(text: string): string | undefined {
  try {
    return z.object({ error: z.string() }).safeParse(JSON.parse(text)).data?.error;
  } catch {
    return undefined;
  }
}

const redirectMissing = (redirectUri: string, projectId: string): Finding =>
  wrong(
    `the redirect URI is not registered at the OAuth client: ${redirectUri}`,
    `add exactly this address under "Authorised redirect URIs": ${credentialsPage(projectId)}`,
  );

/** Opens the consent page. Google redirects to an error page whose address contains the reason, partly in base64. */
const redirect: CloudCheck = {
  id: "redirect-uri",
  title: "redirect URI",
  needs: ["params"],
  run: async context => {
    const { projectId, open } = context;
    const { clientId, redirectUri } = await clientOf(context);
    const query = new URLSearchParams({
      client_id: clientId,
      redirect_uri: redirectUri,
      response_type: "code",
      scope: "openid",
    });
    const opened = await open(`${consentUrl}?${query.toString()}`);
    if (opened.kind === "none")
      return unknown(`cannot tell: Google's consent page did not answer: ${opened.code}`);
    const reason = reasonIn(opened.location) ?? reasonIn(opened.text);
    if (reason === "redirect_uri_mismatch") return redirectMissing(redirectUri, projectId);
    if (reason !== undefined)
      return warning(`Google's consent page shows ${reason}`, credentialsPage(projectId));
    return opened.status < 400
      ? ok(redirectUri)
      : unknown(`cannot tell: Google's consent page answered ${opened.status}`);
  },
};

const reasons = [
  "redirect_uri_mismatch",
  "invalid_client",
  "deleted_client",
  "disabled_client",
  "org_internal",
];

function reasonIn(text: string): string | undefined {
  const encoded = /[?&]authError=([^&]+)/.exec(text)?.[1] ?? "";
  const decoded = Buffer.from(decodeURIComponent(encoded), "base64").toString("latin1");
  return reasons.find(reason => text.includes(reason) || decoded.includes(reason));
}

export const oauthChecks: readonly CloudCheck[] = [client, redirect];
