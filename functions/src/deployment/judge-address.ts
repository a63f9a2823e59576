import type { AddressAnswer, DeployedPlace, Judgement } from "../ports/deployment.port.ts";

/** How the two functions answer a GET without parameters. */
const expected = { webhook: 405, callback: 400 } as const;
const functionNames = { webhook: "calendarWebhook", callback: "oauthCallback" } as const;
const paramNames = { webhook: "WEBHOOK_URL", callback: "OAUTH_REDIRECT_URL" } as const;

/** Judges the answer of a public function to a GET from outside. */
export function judgeAddress(
  which: keyof typeof expected,
  url: string,
  answer: AddressAnswer,
  { instance, projectId, region }: DeployedPlace,
): Judgement {
  const shown = withoutQuery(url);
  const remedy = `compare FUNCTION_DEFAULT_REGION and ${paramNames[which]} with: npx firebase-tools functions:list --project ${projectId}`;
  if (answer.kind === "none") {
    const text = `${shown} does not answer (${answer.code})`;
    // Other failures may be those of the way there.
    return answer.code === "ENOTFOUND" ? { level: "wrong", text, remedy } : { level: "unknown", text };
  }
  const { status } = answer;
  if (status === expected[which]) return { level: "ok", text: `${shown} answers` };
  // A busy or starting function answers so, and says nothing about the address.
  if (status === 429 || status >= 500) return { level: "unknown", text: `${shown} answers ${status}` };
  if (status !== 401 && status !== 403)
    return { level: "wrong", text: `${shown} answers ${status}, not ${expected[which]}`, remedy };
  // Cloud Run's names are in lower case.
  const service = (instance === "default" ? "" : `kit-${instance}-`) + functionNames[which];
  return {
    level: "wrong",
    text: `${shown} answers ${status}: it may not be called by everybody`,
    remedy: `gcloud run services add-iam-policy-binding ${service.toLowerCase()} --region ${region} --member=allUsers --role=roles/run.invoker --project ${projectId}`,
  };
}

/** A param may have a query, which may contain what is not for logs. */
function withoutQuery(url: string): string {
  const { origin, pathname } = new URL(url);
  return `${origin}${pathname}`;
}
