import { randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { urlOf, type StackAddresses } from "./addresses.ts";

/**
 * The local params of the functions. Each can be overridden by a variable of the same name in the environment of the
 * launcher, for example to test an invalid value.
 */
function localParams({ functionsUrl, services }: StackAddresses): Readonly<Record<string, string>> {
  return {
    GOOGLE_CLIENT_ID: "demo-client.apps.googleusercontent.com",
    WEBHOOK_URL: `${functionsUrl}/calendarWebhook`,
    OAUTH_REDIRECT_URL: `${functionsUrl}/oauthCallback`,
    APP_ORIGINS: `${urlOf(services.hosting)},http://localhost:${services.hosting.port}`,
    WRITE_ACCESS: "true",
  };
}

/** Params that have defaults in the functions. They are passed on only if the launcher's environment contains them. */
const overridableParams: readonly string[] = [
  "USERS_ROOT",
  "FIRESTORE_DATABASE",
  "PAST_WINDOW_DAYS",
  "RETENTION_DAYS",
  "HORIZON_DAYS",
  "MIN_PULL_INTERVAL_MS",
  "DAILY_CALLS",
  "UPGRADES_PER_HOUR",
  "ENFORCE_APP_CHECK",
  "CHANGE_FEED",
  "DELEGATED_DOMAINS",
  "DELEGATION_SERVICE_ACCOUNT",
];

/** The params of the functions as lines of `.env.local`. */
export function functionParams(addresses: StackAddresses, environment: NodeJS.ProcessEnv): string {
  const params = Object.entries(localParams(addresses)).map(
    ([name, value]) => `${name}=${environment[name] ?? value}`,
  );
  for (const name of overridableParams) {
    if (environment[name] !== undefined) params.push(`${name}=${environment[name]}`);
  }
  return `${params.join("\n")}\n`;
}

/** Writes the secrets of the local functions to `file`, readable by its owner only. An existing file is kept. */
export function writeSecretsOnce(file: string): void {
  const keys = { active: "local", keys: { local: randomBytes(32).toString("base64url") } };
  const secrets = [
    "GOOGLE_CLIENT_SECRET=local-client-secret",
    `TOKEN_ENCRYPTION_KEYS=${JSON.stringify(keys)}`,
  ];
  try {
    writeFileSync(file, `${secrets.join("\n")}\n`, { mode: 0o600, flag: "wx" });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
}
