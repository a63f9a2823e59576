import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { functionsUrl, services, urlOf } from "./addresses.ts";

/**
 * What the functions need to know locally. Each can be overridden by a variable of the same name in the
 * environment of the launcher, for instance to break one on purpose.
 */
const localParams: Readonly<Record<string, string>> = {
  GOOGLE_CLIENT_ID: "demo-client.apps.googleusercontent.com",
  WEBHOOK_URL: `${functionsUrl}/calendarWebhook`,
  OAUTH_REDIRECT_URL: `${functionsUrl}/oauthCallback`,
  APP_ORIGINS: `${urlOf(services.hosting)},http://localhost:${services.hosting.port}`,
};

/** Params that have defaults in the functions: passed on only when the launcher's environment has them. */
const overridableParams: readonly string[] = [
  "PAST_WINDOW_DAYS",
  "RETENTION_DAYS",
  "HORIZON_DAYS",
  "MIN_PULL_INTERVAL_MS",
  "ENFORCE_APP_CHECK",
  "CONFIRM_CONNECT",
  "DELEGATED_DOMAINS",
  "DELEGATION_SERVICE_ACCOUNT",
];

/**
 * Writes `.env.local` (params) and, when there is none, `.secret.local` (secrets) for the Functions emulator.
 * Both are for this machine only and not in git. A file that need not change is left alone, because the
 * emulator reloads the functions whenever one does.
 */
export function writeFunctionSettings(functionsFolder: string, environment: NodeJS.ProcessEnv): void {
  const params = Object.entries(localParams).map(([name, value]) => `${name}=${environment[name] ?? value}`);
  for (const name of overridableParams) {
    if (environment[name] !== undefined) params.push(`${name}=${environment[name]}`);
  }
  writeWhenDifferent(join(functionsFolder, ".env.local"), `${params.join("\n")}\n`);
  const secretFile = join(functionsFolder, ".secret.local");
  if (existsSync(secretFile)) return;
  const keys = { active: "local", keys: { local: randomBytes(32).toString("base64url") } };
  const secrets = [
    "GOOGLE_CLIENT_SECRET=local-client-secret",
    `TOKEN_ENCRYPTION_KEYS=${JSON.stringify(keys)}`,
  ];
  writeFileSync(secretFile, `${secrets.join("\n")}\n`, { mode: 0o600 });
}

function writeWhenDifferent(file: string, text: string): void {
  if (existsSync(file) && readFileSync(file, "utf8") === text) return;
  writeFileSync(file, text);
}
