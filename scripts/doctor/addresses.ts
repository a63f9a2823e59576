import type { OpenAddress, Opened } from "./context.ts";
import { ok, unknown, warning, wrong, type Finding } from "./finding.ts";

/** A channel id of our form that no calendar has. */
const unknownChannel = `${"A".repeat(22)}-${"A".repeat(22)}`;

/** What puts an answer of a public function right. */
export interface AddressRemedies {
  readonly invoker: string;
  readonly region: string;
  readonly logs: string;
}

/** Opens the webhook as Google does not: with GET. */
export async function judgeWebhookGet(
  open: OpenAddress,
  url: string,
  remedies: AddressRemedies,
): Promise<Finding> {
  return judgeStatus(await open(url), 405, url, remedies);
}

/** Posts a notification of a channel that does not exist. The webhook looks it up in Firestore and changes nothing. */
export async function judgeUnknownChannel(
  open: OpenAddress,
  url: string,
  remedies: AddressRemedies,
): Promise<Finding> {
  const opened = await open(url, {
    method: "POST",
    headers: { "X-Goog-Channel-ID": unknownChannel, "X-Goog-Resource-State": "exists" },
  });
  if (opened.kind === "answer" && opened.status === 503)
    return wrong("the webhook cannot reach Firestore or Cloud Tasks (503)", remedies.logs);
  return judgeStatus(opened, 404, url, remedies);
}

/** Both of the above; without the second question if the first already finds a fault. */
export async function judgeWebhook(
  open: OpenAddress,
  url: string,
  remedies: AddressRemedies,
): Promise<Finding> {
  const byGet = await judgeWebhookGet(open, url, remedies);
  return byGet.level === "ok" ? await judgeUnknownChannel(open, url, remedies) : byGet;
}

/** Opens the OAuth callback without the parameters of Google's redirect. */
export async function judgeCallback(
  open: OpenAddress,
  url: string,
  remedies: AddressRemedies,
): Promise<Finding> {
  return judgeStatus(await open(url), 400, url, remedies);
}

function judgeStatus(opened: Opened, expected: number, url: string, remedies: AddressRemedies): Finding {
  if (opened.kind === "none") return judgeNoAnswer(opened.code, url, remedies);
  const { status } = opened;
  if (status === expected) return ok(`${status} as expected`);
  switch (status) {
    case 401:
    case 403:
      return wrong(`${url} answers ${status}: it may not be called by everybody`, remedies.invoker);
    case 404:
      return wrong(
        `${url} answers 404: there is no such function in this region of this project`,
        remedies.region,
      );
    case 429:
      return warning(`${url} answers 429: no instance was free`, remedies.logs);
    default:
      return status >= 500
        ? wrong(`${url} answers ${status}: the function fails`, remedies.logs)
        : wrong(`${url} answers ${status}, not ${expected}: another program answers there`, remedies.region);
  }
}

/** Codes of Node's TLS (nodejs.org/api/tls.html, "X509 certificate error codes"). */
const certificateCodes =
  /^CERT_|^ERR_TLS_|SELF_SIGNED|UNABLE_TO_|^DEPTH_ZERO|^ERR_SSL|^EPROTO$|HOSTNAME_MISMATCH/;

/** Why an address did not answer. Google's notifications need a valid certificate (guides/push). */
function judgeNoAnswer(code: string, url: string, remedies: AddressRemedies): Finding {
  const { hostname } = new URL(url);
  if (certificateCodes.test(code))
    return wrong(
      `${hostname}: the certificate is not valid (${code}), so Google sends no notifications`,
      `renew the certificate of ${hostname}, with its whole chain`,
    );
  if (code === "ENOTFOUND" || code === "EAI_AGAIN")
    return wrong(`${hostname}: the name does not resolve (${code})`, `correct the DNS entry of ${hostname}`);
  if (code === "ECONNREFUSED" || code === "ECONNRESET")
    return wrong(`${url} refuses the connection (${code})`, remedies.region);
  return unknown(`cannot tell: ${url} did not answer (${code})`);
}
