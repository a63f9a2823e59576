import type {
  CodeExchange,
  DeployedPlace,
  DeploymentCheck,
  DeploymentFinding,
  DeploymentReport,
  DeploymentReports,
  DeploymentSettings,
  Judgement,
  ProbeQueue,
  PublicAddresses,
} from "../ports/deployment.port.ts";
import type { Clock, Log, NewId } from "../ports/runtime.port.ts";
import { grantRole, judgeProbe } from "./judge-probe.ts";
import { judgeAddress } from "./judge-address.ts";
import { judgeClient } from "./judge-client.ts";

export interface CheckDeploymentPorts {
  readonly place: DeployedPlace;
  readonly settings: DeploymentSettings;
  readonly reports: DeploymentReports;
  readonly queue: ProbeQueue;
  readonly oauth: CodeExchange;
  /** Undefined in the Emulator Suite, whose functions nobody reaches from outside. */
  readonly addresses: PublicAddresses | undefined;
  /** The e-mail address of the functions' service account; undefined if it is not known. */
  readonly serviceAccount: () => Promise<string | undefined>;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly log: Log;
}

/** The function has 60 seconds. All checks run at the same time, and the report is written after them. */
const checkTimeoutMs = 20_000;

/**
 * An instance that was deployed or checked within this time counts as one that still runs. Older reports are those of
 * instances that were removed: nothing deletes their documents.
 */
const activeForMs = 45 * 86_400_000;

const ok = (text: string): Judgement => ({ level: "ok", text });

/**
 * Checks whether this deployment can work, and stores and logs what it finds. A check that fails or takes too long
 * costs only its own finding.
 *
 * @throws if the report cannot be stored; its findings are logged before
 */
export async function checkDeployment(ports: CheckDeploymentPorts): Promise<DeploymentReport> {
  const nowMs = ports.clock.now();
  const findings = await Promise.all(
    Object.entries(checksOf(ports, nowMs)).map(async ([check, run]): Promise<DeploymentFinding> => ({
      check: check as DeploymentCheck,
      ...(await inTime(ports.clock, run)),
    })),
  );
  const report = { ...ports.place, checkedAtMs: nowMs, findings };
  logFindings(ports, findings);
  await ports.reports.save(report);
  return report;
}

type Checks = Partial<Record<DeploymentCheck, () => Promise<Judgement>>>;

function checksOf(ports: CheckDeploymentPorts, nowMs: number): Checks {
  const { addresses } = ports;
  return {
    params: async () => await Promise.resolve(checkParams(ports)),
    "client-secret": async () => await Promise.resolve(checkClientSecret(ports)),
    "key-ring": async () => await Promise.resolve(checkKeyRing(ports)),
    firestore: async () => await checkFirestore(ports, nowMs),
    tasks: async () => await checkTasks(ports),
    "oauth-client": async () => judgeClient(await ports.oauth.exchange("4/self-check", ports.newId(43))),
    ...(addresses !== undefined && {
      webhook: async () => await checkAddress(ports, addresses, "webhook"),
      callback: async () => await checkAddress(ports, addresses, "callback"),
    }),
    "database-owner": async () => await checkOwner(ports, nowMs),
  };
}

/** The messages of errors are left out: those of libraries may contain a request. */
async function inTime(clock: Clock, run: () => Promise<Judgement>): Promise<Judgement> {
  const tooLate = async (): Promise<Judgement> => {
    await clock.sleep(checkTimeoutMs);
    return { level: "unknown", text: `no answer within ${checkTimeoutMs / 1000} seconds` };
  };
  try {
    return await Promise.race([run(), tooLate()]);
  } catch (error) {
    return { level: "unknown", text: `could not be checked (${codeOf(error)})` };
  }
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return "no error";
  const code = "code" in error ? error.code : undefined;
  return typeof code === "string" || typeof code === "number" ? `${code}` : error.name;
}

function checkParams({ settings }: CheckDeploymentPorts): Judgement {
  try {
    settings.readParams();
    return ok("usable");
  } catch (error) {
    return {
      level: "wrong",
      // This error is the product's own (config.ts): it has the names of params and no values.
      text: error instanceof Error ? error.message : "not usable",
      remedy: "correct the .env file of the functions and deploy again",
    };
  }
}

function checkClientSecret({ settings, place }: CheckDeploymentPorts): Judgement {
  const secret = settings.readClientSecret();
  const remedy = `${setSecret(place, "GOOGLE_CLIENT_SECRET")}, then deploy again`;
  if (secret === "") return { level: "wrong", text: "GOOGLE_CLIENT_SECRET is empty", remedy };
  if (secret !== secret.trim())
    return { level: "wrong", text: "GOOGLE_CLIENT_SECRET begins or ends with white space", remedy };
  return ok("readable");
}

function checkKeyRing({ settings }: CheckDeploymentPorts): Judgement {
  try {
    settings.readKeyRing();
    return ok("readable");
  } catch {
    // The ids of a malformed ring may be keys, so nothing of it is quoted.
    return {
      level: "wrong",
      text: "TOKEN_ENCRYPTION_KEYS is not a key ring",
      remedy:
        "store the ring again, with every key that was in use, and deploy; a new ring ends all accounts",
    };
  }
}

/**
 * The Firebase CLI adds the prefix of a kit to the names of its secrets, and refuses to set secrets of such names
 * (firebase-tools 15.34, functions/secrets.js and env.js).
 */
function setSecret({ instance, projectId }: DeployedPlace, name: string): string {
  return instance === "default"
    ? `npx firebase-tools functions:secrets:set ${name} --project ${projectId}`
    : `printf %s 'SECRET' | gcloud secrets versions add kit-${instance}-${name} --data-file=- --project ${projectId}`;
}

async function checkFirestore(ports: CheckDeploymentPorts, nowMs: number): Promise<Judgement> {
  const { place, reports, serviceAccount } = ports;
  try {
    await reports.begin(place.instance, nowMs);
    return ok(`documents can be written and read in ${place.database}`);
  } catch (error) {
    const code = codeOf(error);
    // google.rpc.Code: 5 NOT_FOUND, 7 PERMISSION_DENIED.
    if (code === "5")
      return {
        level: "wrong",
        text: `there is no database ${place.database}`,
        remedy: "create it in Native mode, or correct FIRESTORE_DATABASE and deploy again",
      };
    if (code === "7")
      return {
        level: "wrong",
        text: "the functions' account may not write to Firestore (Cloud Datastore User)",
        remedy: grantRole(
          place.projectId,
          await serviceAccount().catch(() => undefined),
          "roles/datastore.user",
        ),
      };
    throw error;
  }
}

async function checkTasks({ place, queue, newId, serviceAccount }: CheckDeploymentPorts): Promise<Judgement> {
  const outcome = await queue.storeProbe(`probe-${newId(22)}`);
  if (outcome.kind !== "refused") return judgeProbe(outcome, place, undefined);
  return judgeProbe(outcome, place, await serviceAccount().catch(() => undefined));
}

async function checkAddress(
  { place }: CheckDeploymentPorts,
  addresses: PublicAddresses,
  which: "webhook" | "callback",
): Promise<Judgement> {
  const url = addresses.urls()[which];
  return judgeAddress(which, url, await addresses.open(url), place);
}

async function checkOwner({ place, reports }: CheckDeploymentPorts, nowMs: number): Promise<Judgement> {
  const others = await reports.othersSince(place.instance, nowMs - activeForMs);
  if (others.length === 0) return ok("no other instance uses this database");
  return {
    level: "wrong",
    text: `another instance of this product uses the same database: ${others.join(", ")}; both sync the same calendars, with different keys`,
    remedy: `give each instance a FIRESTORE_DATABASE of its own; if an instance is gone, delete its document in calendarSyncDeployments`,
  };
}

/** Faults are warnings, because the alarm's line is the error that the operator is told about. */
function logFindings({ log, place }: CheckDeploymentPorts, findings: readonly DeploymentFinding[]): void {
  const { instance } = place;
  for (const { check, level, text, remedy } of findings) {
    if (level === "wrong") log.warn("deployment fault", { instance, check, text, remedy });
    if (level === "unknown") log.warn("deployment not checked", { instance, check, text });
  }
  const wrong = findings.filter(({ level }) => level === "wrong").map(({ check }) => check);
  if (wrong.length > 0) log.alarm("deployment.incomplete", { instance, checks: wrong.join(", ") });
  else log.info("deployment checked", { instance, findings: findings.length });
}
