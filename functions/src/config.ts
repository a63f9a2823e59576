import {
  defineInt,
  defineSecret,
  defineString,
  type IntParam,
  projectID,
  type StringParam,
} from "firebase-functions/params";
import { en } from "zod/locales";
import * as z from "zod/mini";
import { intParams, stringParams } from "./params.ts";
import type { KeyRing } from "./account/token-seal.ts";

/**
 * The param of this name. Its default is the text in params.ts, never an expression of other params: the command line
 * writes it into `.env`, and the doctor compares with it.
 */
function stringParam(name: keyof typeof stringParams): StringParam {
  const { description, ...param }: { description: string; default?: string; pattern?: string } =
    stringParams[name];
  const input = param.pattern === undefined ? {} : { validationRegex: param.pattern, nonEmpty: true };
  return defineString(name, {
    description,
    ...(param.default === undefined ? { input: { text: input } } : { default: param.default }),
  });
}

function intParam(name: keyof typeof intParams): IntParam {
  return defineInt(name, intParams[name]);
}

export const region = stringParam("FUNCTION_DEFAULT_REGION");
export const maxInstances = intParam("MAX_INSTANCES");
export const syncsPerSecond = intParam("SYNCS_PER_SECOND");
const googleClientId = stringParam("GOOGLE_CLIENT_ID");
const usersRoot = stringParam("USERS_ROOT");
const firestoreDatabase = stringParam("FIRESTORE_DATABASE");
const webhookUrl = stringParam("WEBHOOK_URL");
const oauthRedirectUrl = stringParam("OAUTH_REDIRECT_URL");
const appOrigins = stringParam("APP_ORIGINS");
const pastWindowDays = intParam("PAST_WINDOW_DAYS");
const retentionDays = intParam("RETENTION_DAYS");
const horizonDays = intParam("HORIZON_DAYS");
const minPullIntervalMs = intParam("MIN_PULL_INTERVAL_MS");
const dailyCalls = intParam("DAILY_CALLS");
const upgradesPerHour = intParam("UPGRADES_PER_HOUR");
const enforceAppCheck = stringParam("ENFORCE_APP_CHECK");
const changeFeed = stringParam("CHANGE_FEED");
const writeAccess = stringParam("WRITE_ACCESS");
const removeDeletedUsers = stringParam("REMOVE_DELETED_USERS");
const delegatedDomains = stringParam("DELEGATED_DOMAINS");
const delegationServiceAccount = stringParam("DELEGATION_SERVICE_ACCOUNT");

/**
 * The option of the functions that change events at Google. The Firebase CLI leaves them out unless the param is `true`
 * (firebase-tools, deploy/functions/build.js, `omit`).
 */
export const onlyWithWriteAccess = { omit: writeAccess.notEquals("true") };

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
  /** A collection's path. The server's own collections must stay apart from what users read. */
  usersRoot: z.string().check(
    z.regex(/^[^/]+(?:\/[^/]+\/[^/]+)*$/, "must be the path of a collection"),
    z.refine(
      path =>
        path
          .split("/")
          .every(segment => !/^(?:\.{1,2}|__.*__|calendar(?:Sync|Events|Accounts).*)$/.test(segment)),
      "contains a reserved name",
    ),
  ),
  firestoreDatabase: z
    .string()
    .check(z.regex(/^(?:\(default\)|[a-z][a-z0-9-]{2,61}[a-z0-9])$/, "must be the id of a database")),
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
  changeFeed: flag,
  writeAccess: flag,
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

/** The Emulator Suite's hosting, and the development servers of Vite and Next.js, at their usual ports. */
const localOrigins = ["5000", "5173", "3000"]
  .flatMap(port => [`http://127.0.0.1:${port}`, `http://localhost:${port}`])
  .join(",");

function rawConfig(): unknown {
  const place = readPlace();
  const { projectId, region } = place;
  const domains = list(delegatedDomains.value());
  const emulated = process.env["FUNCTIONS_EMULATOR"] === "true";
  const { base, origins } = emulated
    ? { base: `http://127.0.0.1:5001/${projectId}/${region}`, origins: localOrigins }
    : {
        base: `https://${region}-${projectId}.cloudfunctions.net`,
        origins: `https://${projectId}.web.app,https://${projectId}.firebaseapp.com`,
      };
  return {
    projectId,
    region,
    googleClientId: googleClientId.value(),
    usersRoot: place.usersRoot,
    firestoreDatabase: place.database,
    webhookUrl: webhookUrl.value() || `${base}/${deployedName("calendarWebhook")}`,
    oauthRedirectUrl: oauthRedirectUrl.value() || `${base}/${deployedName("oauthCallback")}`,
    appOrigins: list(appOrigins.value() || origins),
    pastWindowDays: pastWindowDays.value(),
    retentionDays: retentionDays.value(),
    horizonDays: horizonDays.value(),
    minPullIntervalMs: minPullIntervalMs.value(),
    dailyCalls: dailyCalls.value(),
    upgradesPerHour: upgradesPerHour.value(),
    enforceAppCheck: enforceAppCheck.value(),
    changeFeed: changeFeed.value() || stringParams.CHANGE_FEED.default,
    writeAccess: writeAccess.value() || stringParams.WRITE_ACCESS.default,
    removeDeletedUsers: removeDeletedUsers.value() || stringParams.REMOVE_DELETED_USERS.default,
    ...(domains.length > 0 && { delegation: { domains, serviceAccount: delegationServiceAccount.value() } }),
    googleEmulatorUrl: emulated ? process.env["GOOGLE_CALENDAR_EMULATOR_URL"]?.replace(/\/$/, "") : undefined,
  };
}

/**
 * The name under which a function, or its task queue, is deployed. The Firebase CLI adds a prefix to the names of a
 * function kit, and sets this variable when it lists the functions, in the emulator and when deployed (firebase-tools,
 * functions/projectConfig.js).
 */
export function deployedName(name: string): string {
  const instance = kitInstance();
  return instance === undefined ? name : `kit-${instance}-${name}`;
}

/** The instance of the function kit; undefined if the functions were deployed otherwise. */
function kitInstance(): string | undefined {
  const instance = process.env["FIREBASE_KIT_INSTANCE_ID"];
  return instance === "" ? undefined : instance;
}

/** Where this deployment is, as the params say, also if they are not usable. */
export function readPlace() {
  // Without the Firebase CLI, params have no default.
  return {
    instance: kitInstance() ?? "default",
    projectId: projectID.value(),
    region: region.value(),
    usersRoot: usersRoot.value() || stringParams.USERS_ROOT.default,
    database: firestoreDatabase.value() || stringParams.FIRESTORE_DATABASE.default,
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
