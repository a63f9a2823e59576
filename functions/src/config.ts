import { defineInt, defineSecret, defineString, projectID } from "firebase-functions/params";
import { en } from "zod/locales";
import * as z from "zod/mini";
import type { KeyRing } from "./account/token-seal.ts";

/**
 * The region of all functions. Set at deploy time; its default is a literal, because triggers need it before params
 * have values.
 */
export const region = defineString("SYNC_REGION", {
  default: "us-central1",
  description: "Region of all functions and task queues.",
});

/**
 * The most instances of each function; functions for which one is enough set 1. With the default, one function
 * uses at most half of the 20 vCPU that a new project has in a region (firebase-tools#11001).
 */
export const maxInstances = defineInt("MAX_INSTANCES", {
  default: 10,
  description: "The most instances of each function. New projects may not accept more than 10.",
});

/**
 * The most pulls a second. With the default, all queues together stay below the 10,000 requests a minute that Google
 * allows a project (guides/quota), with a margin for repeated calls: see docs/deployment.md.
 */
export const syncsPerSecond = defineInt("SYNCS_PER_SECOND", {
  default: 120,
  description: "The most pulls a second. Raise it when Google has raised your project's quota.",
});

const googleClientId = defineString("GOOGLE_CLIENT_ID", {
  description: "OAuth client id (type: web application) from the Google Cloud console.",
});
const webhookUrl = defineString("WEBHOOK_URL", {
  default: "",
  description:
    "Public HTTPS address of calendarWebhook. Empty: the function's own cloudfunctions.net address.",
});
const oauthRedirectUrl = defineString("OAUTH_REDIRECT_URL", {
  default: "",
  description:
    "Redirect URI registered at the OAuth client. Empty: oauthCallback's cloudfunctions.net address.",
});
const appOrigins = defineString("APP_ORIGINS", {
  default: "",
  description: "Comma-separated origins users may be sent back to. Empty: the project's web.app address.",
});
const pastWindowDays = defineInt("PAST_WINDOW_DAYS", {
  default: 30,
  description: "How far back the first sync of a calendar looks.",
});
const retentionDays = defineInt("RETENTION_DAYS", {
  default: 400,
  description: "Events that ended so many days ago are deleted; at least PAST_WINDOW_DAYS.",
});
const horizonDays = defineInt("HORIZON_DAYS", {
  default: 400,
  description: "How far ahead series are expanded.",
});
const minPullIntervalMs = defineInt("MIN_PULL_INTERVAL_MS", {
  default: 2000,
  description: "At most one pull of a calendar per this many milliseconds.",
});
const dailyCalls = defineInt("DAILY_CALLS", {
  default: 1_000_000,
  description:
    "Calendar API requests a day that Google does not charge to the project. Background work is stretched from 80 % of it. 0: never.",
});
const upgradesPerHour = defineInt("UPGRADES_PER_HOUR", {
  default: 500,
  description: "After an upgrade, so many calendars an hour are listed again. 0: none in the background.",
});
const enforceAppCheck = defineString("ENFORCE_APP_CHECK", {
  default: "false",
  description: "true: callables refuse requests without a valid App Check token.",
});
const removeDeletedUsers = defineString("REMOVE_DELETED_USERS", {
  default: "true",
  description:
    "true: the daily round removes accounts whose user is gone, but not of more than a tenth of all users. all: of any number. false: never.",
});
const delegatedDomains = defineString("DELEGATED_DOMAINS", {
  default: "",
  description: "Comma-separated Workspace domains that let the service account act for their users.",
});
const delegationServiceAccount = defineString("DELEGATION_SERVICE_ACCOUNT", {
  default: "",
  description: "E-mail address of the service account with domain-wide delegation.",
});

/** The OAuth client's secret. */
export const googleClientSecret = defineSecret("GOOGLE_CLIENT_SECRET");
/**
 * `{"active":"<key id>","keys":{"<key id>":"<32 bytes, base64url>"}}`. An old key must stay until no token is sealed
 * with it.
 */
export const tokenEncryptionKeys = defineSecret("TOKEN_ENCRYPTION_KEYS");

// Without a language, zod/mini says only "Invalid input" (zod.dev/packages/mini, "No default locale").
z.config(en());

const days = z.int().check(z.minimum(1), z.maximum(3650));
const flag = z.pipe(
  z.enum(["true", "false"]),
  z.transform(value => value === "true"),
);
const webAddress = z.url({ protocol: /^https?$/ });

const configFields = z.object({
  projectId: z.string().check(z.minLength(1)),
  region: z.string().check(z.regex(/^[a-z]+-[a-z]+\d+$/, "must look like us-central1")),
  googleClientId: z.string().check(z.minLength(1)),
  webhookUrl: webAddress,
  oauthRedirectUrl: webAddress,
  appOrigins: z
    .array(
      z.pipe(
        z.url({ protocol: /^https?$/ }),
        z.transform(url => new URL(url).origin),
      ),
    )
    .check(z.minLength(1)),
  pastWindowDays: days,
  retentionDays: days,
  horizonDays: days,
  minPullIntervalMs: z.int().check(z.minimum(0), z.maximum(60_000)),
  dailyCalls: z.int().check(z.minimum(0)),
  upgradesPerHour: z.int().check(z.minimum(0), z.maximum(100_000)),
  enforceAppCheck: flag,
  removeDeletedUsers: z.enum(["true", "false", "all"]),
  /** Undefined if no domain is delegated. */
  delegation: z.optional(
    z.strictObject({
      domains: z.array(z.hostname().check(z.includes("."), z.toLowerCase())).check(z.minLength(1)),
      serviceAccount: z.email(),
    }),
  ),
  /** Root of the local Google Calendar, without a trailing slash. Used only inside the Emulator Suite. */
  googleEmulatorUrl: z.optional(webAddress),
});

const configSchema = configFields.check(
  z.refine(config => config.retentionDays >= config.pastWindowDays, {
    path: ["retentionDays"],
    message: "must be at least PAST_WINDOW_DAYS",
  }),
);

/** The validated parameters of the deployed functions. */
export type Config = z.infer<typeof configSchema>;

const keyRingSchema = z.pipe(
  z.pipe(
    z.string(),
    z.transform((text, context) => {
      try {
        return JSON.parse(text) as unknown;
      } catch {
        context.issues.push({ code: "custom", message: "is not JSON", input: text });
        return z.NEVER;
      }
    }),
  ),
  z
    .object({
      active: z.string().check(z.minLength(1)),
      keys: z.record(
        z.string().check(z.minLength(1)),
        z
          .base64url()
          .check(
            z.refine(key => Buffer.from(key, "base64url").length === 32, "must be 32 bytes in base64url"),
          ),
      ),
    })
    .check(z.refine(ring => ring.active in ring.keys, { path: ["active"], message: "names no key" })),
);

function parse<T>(schema: z.ZodMiniType<T>, value: unknown, what: string): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  // Quotes only names and rules, because a value may be a secret.
  const problems = result.error.issues.map(issue => `${issue.path.join(".") || "value"}: ${issue.message}`);
  throw new Error(`${what} is not usable: ${problems.join("; ")}`);
}

let config: Config | undefined;

/** The params, validated on first use in an instance. Throws an error that names each unusable param. */
export function readConfig(): Config {
  config ??= parse(configSchema, rawConfig(), "The functions' configuration");
  return config;
}

function rawConfig(): unknown {
  const project = projectID.value();
  const base = `https://${region.value()}-${project}.cloudfunctions.net`;
  const domains = list(delegatedDomains.value());
  const emulated = process.env["FUNCTIONS_EMULATOR"] === "true";
  return {
    projectId: project,
    region: region.value(),
    googleClientId: googleClientId.value(),
    webhookUrl: webhookUrl.value() || `${base}/calendarWebhook`,
    oauthRedirectUrl: oauthRedirectUrl.value() || `${base}/oauthCallback`,
    appOrigins: list(appOrigins.value() || `https://${project}.web.app`),
    pastWindowDays: pastWindowDays.value(),
    retentionDays: retentionDays.value(),
    horizonDays: horizonDays.value(),
    minPullIntervalMs: minPullIntervalMs.value(),
    dailyCalls: dailyCalls.value(),
    upgradesPerHour: upgradesPerHour.value(),
    enforceAppCheck: enforceAppCheck.value(),
    // Without the Firebase CLI, params have no default.
    removeDeletedUsers: removeDeletedUsers.value() || "true",
    ...(domains.length > 0 && { delegation: { domains, serviceAccount: delegationServiceAccount.value() } }),
    googleEmulatorUrl: emulated ? process.env["GOOGLE_CALENDAR_EMULATOR_URL"]?.replace(/\/$/, "") : undefined,
  };
}

/** The parts of a comma-separated param. */
function list(text: string): string[] {
  return text
    .split(",")
    .map(part => part.trim())
    .filter(part => part !== "");
}

/** The key ring in `TOKEN_ENCRYPTION_KEYS`. Throws an error that names the invalid part, without its value. */
export function readKeyRing(): KeyRing {
  return parse(keyRingSchema, tokenEncryptionKeys.value(), "The secret TOKEN_ENCRYPTION_KEYS");
}
