import * as z from "zod";
import { stringParams } from "../../functions/src/params.ts";
import { combine, ok, warning, wrong, type Finding } from "./finding.ts";

type Params = Readonly<Record<string, string>>;

/** The addresses of the app, as `functions/src/config.ts` reads them. Those that are no address are left out. */
export function appOriginsOf(params: Params, projectId: string): string[] {
  return partsOf(
    paramOf(params, "APP_ORIGINS") ?? `https://${projectId}.web.app,https://${projectId}.firebaseapp.com`,
  ).filter(isWebAddress);
}

/** A param that has a value. An empty one means the default (config.ts). */
export function paramOf(params: Params, name: string): string | undefined {
  const value = params[name];
  return value === "" ? undefined : value;
}

const partsOf = (text: string): string[] =>
  text
    .split(",")
    .map(part => part.trim())
    .filter(part => part !== "");

const webAddress = z.url({ protocol: /^https?$/ });
const isWebAddress = (text: string): boolean => webAddress.safeParse(text).success;

/** Judges the params without asking anybody. The functions refuse to work with an unusable one (config.ts). */
export function judgeParams(
  params: Params,
  about: { readonly projectNumber: string | undefined; readonly where: string },
): Finding {
  const remedy = `correct it in ${about.where} and deploy again`;
  const bad = (text: string): Finding => wrong(text, remedy);
  const findings = [judgeClientId(params["GOOGLE_CLIENT_ID"], about, bad)];
  for (const name of ["WEBHOOK_URL", "OAUTH_REDIRECT_URL"]) {
    const value = params[name] ?? "";
    if (value !== "" && !(isWebAddress(value) && value.startsWith("https:")))
      findings.push(bad(`${name} is no https address`));
  }
  for (const part of partsOf(params["APP_ORIGINS"] ?? "")) {
    if (!isWebAddress(part)) findings.push(bad(`APP_ORIGINS contains "${part}", which is no address`));
  }
  for (const name of ["PAST_WINDOW_DAYS", "RETENTION_DAYS", "HORIZON_DAYS"]) {
    const days = Number(params[name] ?? 30);
    if (!(Number.isInteger(days) && days >= 1 && days <= 3650))
      findings.push(bad(`${name} is not from 1 to 3650`));
  }
  if (Number(params["RETENTION_DAYS"] ?? 400) < Number(params["PAST_WINDOW_DAYS"] ?? 30))
    findings.push(bad("RETENTION_DAYS is smaller than PAST_WINDOW_DAYS"));
  for (const name of ["ENFORCE_APP_CHECK", "CHANGE_FEED", "WRITE_ACCESS"]) {
    if (!["true", "false"].includes(params[name] ?? "false"))
      findings.push(bad(`${name} is neither true nor false`));
  }
  const root = paramOf(params, "USERS_ROOT") ?? stringParams.USERS_ROOT.default;
  const reserved = /^(?:\.{1,2}|__.*__|calendar(?:Sync|Events|Accounts).*)$/;
  if (!/^[^/]+(?:\/[^/]+\/[^/]+)*$/.test(root) || root.split("/").some(part => reserved.test(part)))
    findings.push(bad("USERS_ROOT is not the path of a collection that may hold users"));
  const database = paramOf(params, "FIRESTORE_DATABASE") ?? stringParams.FIRESTORE_DATABASE.default;
  if (!/^(?:\(default\)|[a-z][a-z0-9-]{2,61}[a-z0-9])$/.test(database))
    findings.push(bad("FIRESTORE_DATABASE is not the id of a database"));
  const instances = Number(params["MAX_INSTANCES"] ?? 10);
  if (!(Number.isInteger(instances) && instances >= 1))
    findings.push(bad("MAX_INSTANCES is no whole number from 1"));
  const calls = Number(params["DAILY_CALLS"] ?? 1_000_000);
  if (!(Number.isInteger(calls) && calls >= 0)) findings.push(bad("DAILY_CALLS is no whole number from 0"));
  const upgrades = Number(params["UPGRADES_PER_HOUR"] ?? 500);
  if (!(Number.isInteger(upgrades) && upgrades >= 0 && upgrades <= 100_000))
    findings.push(bad("UPGRADES_PER_HOUR is no whole number from 0 to 100000"));
  if (partsOf(params["DELEGATED_DOMAINS"] ?? "").length > 0 && !params["DELEGATION_SERVICE_ACCOUNT"])
    findings.push(bad("DELEGATED_DOMAINS is set, but DELEGATION_SERVICE_ACCOUNT is not"));
  return combine(findings, "usable");
}

/** `<project number>-<32 characters>.apps.googleusercontent.com`; older clients have no second part. */
function judgeClientId(
  id: string | undefined,
  { projectNumber }: { readonly projectNumber: string | undefined },
  bad: (text: string) => Finding,
): Finding {
  if (id === undefined || id === "") return bad("GOOGLE_CLIENT_ID is empty");
  const match = /^(\d+)(?:-[a-z0-9]+)?\.apps\.googleusercontent\.com$/.exec(id);
  if (match === null) return bad("GOOGLE_CLIENT_ID has not the form NUMBER-….apps.googleusercontent.com");
  if (projectNumber !== undefined && match[1] !== projectNumber)
    return warning(
      `GOOGLE_CLIENT_ID belongs to the project ${match[1] ?? ""}: its Calendar API, quota and consent screen count`,
      "https://console.cloud.google.com/apis/credentials",
    );
  return ok("the client id belongs to the project");
}
