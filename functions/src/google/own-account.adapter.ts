import * as z from "zod/mini";

const url = "http://metadata.google.internal/computeMetadata/v1/instance/service-accounts/default/email";
const timeoutMs = 3_000;

/**
 * The e-mail address of the account that this instance runs as, from Google's metadata server
 * (docs.cloud.google.com/compute/docs/metadata/predefined-metadata-keys, `service-accounts/`). Undefined if it does not
 * answer with one.
 */
export async function ownAccount(): Promise<string | undefined> {
  const response = await fetch(url, {
    headers: { "Metadata-Flavor": "Google" },
    signal: AbortSignal.timeout(timeoutMs),
  });
  return z.optional(z.email()).safeParse((await response.text()).trim()).data;
}
