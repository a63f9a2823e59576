import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { applicationDefault } from "firebase-admin/app";
import * as z from "zod";

/** An access token of the person or service account that runs the doctor. */
export interface Login {
  readonly token: string;
  /** For people: where it comes from. */
  readonly source: string;
}

/** Without credentials, Google's library looks for a metadata server. */
const patienceMs = 10_000;

/**
 * The first login that is found: the environment, a key file, the Firebase CLI, gcloud, then the application default
 * credentials.
 */
export async function findLogin(
  environment: Readonly<Record<string, string | undefined>>,
): Promise<Login | undefined> {
  const given = environment["GOOGLE_OAUTH_ACCESS_TOKEN"];
  if (given) return { token: given, source: "GOOGLE_OAUTH_ACCESS_TOKEN" };
  if (environment["GOOGLE_APPLICATION_CREDENTIALS"])
    return await ofApplicationDefault("GOOGLE_APPLICATION_CREDENTIALS");
  return (
    (await ofFirebaseCli()) ?? ofGcloud() ?? (await ofApplicationDefault("application default credentials"))
  );
}

/** The parts of firebase-tools' own modules that are used. They are no public interface: another form means "none". */
const cliAuth = z.object({
  getGlobalDefaultAccount: z.custom<() => unknown>(value => typeof value === "function"),
  getAccessToken: z.custom<(refreshToken: string, scopes: string[]) => Promise<unknown>>(
    value => typeof value === "function",
  ),
});
const cliAccount = z.object({ tokens: z.object({ refresh_token: z.string().min(1) }) });
const cliScopes = z.object({ CLOUD_PLATFORM: z.string() });
const cliToken = z.object({ access_token: z.string().min(1) });

async function ofFirebaseCli(): Promise<Login | undefined> {
  try {
    const require = createRequire(import.meta.url);
    const auth = cliAuth.parse(require("firebase-tools/lib/auth"));
    const account = cliAccount.safeParse(auth.getGlobalDefaultAccount());
    if (!account.success) return undefined;
    const { CLOUD_PLATFORM } = cliScopes.parse(require("firebase-tools/lib/scopes"));
    const { refresh_token: refreshToken } = account.data.tokens;
    const { access_token: token } = cliToken.parse(await auth.getAccessToken(refreshToken, [CLOUD_PLATFORM]));
    // If Google refuses the refresh token, firebase-tools returns it in place of an access token.
    return token === refreshToken ? undefined : { token, source: "the login of the Firebase CLI" };
  } catch {
    return undefined;
  }
}

function ofGcloud(): Login | undefined {
  const { status, stdout } = spawnSync("gcloud", ["auth", "print-access-token", "--quiet"], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
    timeout: patienceMs,
  });
  return status === 0 && stdout.trim() !== ""
    ? { token: stdout.trim(), source: "the login of gcloud" }
    : undefined;
}

async function ofApplicationDefault(source: string): Promise<Login | undefined> {
  const late = new Promise<undefined>(resolve => setTimeout(resolve, patienceMs, undefined).unref());
  try {
    const token = await Promise.race([applicationDefault().getAccessToken(), late]);
    return token === undefined ? undefined : { token: token.access_token, source };
  } catch {
    return undefined;
  }
}
