import type { CodeExchange, Judgement } from "../ports/deployment.port.ts";

type Answer = Awaited<ReturnType<CodeExchange["exchange"]>>;

/**
 * Judges the answer to a code that Google has never issued. Google checks the client before the code: a rejected code
 * means that the client's id and secret are right (RFC 6749, 5.2).
 */
export function judgeClient(answer: Answer): Judgement {
  if (answer.kind === "refused")
    return answer.reason === "codeRejected"
      ? { level: "ok", text: "Google accepts the client's id and secret" }
      : { level: "unknown", text: `Google answered in an unknown form (${answer.reason})` };
  if (answer.kind === "grant")
    return { level: "unknown", text: "Google accepted a code that it never issued" };
  const page = "https://console.cloud.google.com/apis/credentials";
  switch (answer.googleReason) {
    case "invalid_client":
    case "deleted_client":
    case "disabled_client":
      return {
        level: "wrong",
        text: `Google does not accept the client's id or secret (${answer.googleReason})`,
        remedy: `compare GOOGLE_CLIENT_ID and GOOGLE_CLIENT_SECRET with ${page}`,
      };
    case "unauthorized_client":
      return {
        level: "wrong",
        text: "the client may not exchange codes: its type must be Web application",
        remedy: page,
      };
    case "redirect_uri_mismatch":
      return {
        level: "wrong",
        text: "the redirect URI is not registered at the OAuth client",
        remedy: `add the address of oauthCallback under "Authorised redirect URIs": ${page}`,
      };
    default:
      return { level: "unknown", text: `Google's token endpoint failed (${answer.reason})` };
  }
}
