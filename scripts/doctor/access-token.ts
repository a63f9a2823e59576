import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { existsSync, readdirSync, realpathSync } from "node:fs";
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
 *
 * @param host the folder of the Firebase project, which may have the Firebase CLI or firebase-admin
 */
export async function findLogin(
  environment: Readonly<Record<string, string | undefined>>,
  host: string,
): Promise<Login | undefined> {
  const given = environment["GOOGLE_OAUTH_ACCESS_TOKEN"];
  if (given) return { token: given, source: "GOOGLE_OAUTH_ACCESS_TOKEN" };
  const load = loaderOf(host, environment["PATH"] ?? "", environment["npm_config_cache"]);
  if (environment["GOOGLE_APPLICATION_CREDENTIALS"])
    return await ofApplicationDefault("GOOGLE_APPLICATION_CREDENTIALS", load);
  return (
    (await ofFirebaseCli(load)) ??
    ofGcloud(["auth", "print-access-token"], "the login of gcloud") ??
    (await ofApplicationDefault("application default credentials", load))
  );
}

/** Loads a module of a package that the doctor does not contain; throws if nobody has it. */
type Load = (name: string) => unknown;

/**
 * Looks for packages beside the doctor, in the Firebase project with its functions and kits, beside the program
 * `firebase`, which npm may have installed for all projects, and in what `npx` has downloaded (libnpmexec: the folder
 * `_npx` of npm's cache).
 *
 * @param cache npm's cache, which `npx` names in its environment
 */
function loaderOf(host: string, path: string, cache = join(homedir(), ".npm")): Load {
  const downloads = join(cache, "_npx");
  const programs = path.split(delimiter).map(folder => join(folder, "firebase"));
  const places = [
    import.meta.url,
    join(host, "package.json"),
    join(host, "functions", "package.json"),
    join(host, "function-kits", "firestore-calendar-sync", "source", "package.json"),
    ...programs.filter(file => existsSync(file)).map(file => realpathSync(file)),
    ...(existsSync(downloads) ? readdirSync(downloads) : []).map(name =>
      join(downloads, name, "package.json"),
    ),
  ].map(place => createRequire(place));
  return name => {
    const found = places.find(place => canResolve(place, name));
    if (found === undefined) throw new Error(`${name} is not installed`);
    return found(name) as unknown;
  };
}

function canResolve(place: NodeJS.Require, name: string): boolean {
  try {
    return place.resolve(name) !== "";
  } catch {
    return false;
  }
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
const accessToken = z.object({ access_token: z.string().min(1) });

async function ofFirebaseCli(load: Load): Promise<Login | undefined> {
  try {
    const auth = cliAuth.parse(load("firebase-tools/lib/auth"));
    const account = cliAccount.safeParse(auth.getGlobalDefaultAccount());
    if (!account.success) return undefined;
    const { CLOUD_PLATFORM } = cliScopes.parse(load("firebase-tools/lib/scopes"));
    const { refresh_token: refreshToken } = account.data.tokens;
    const { access_token: token } = accessToken.parse(
      await auth.getAccessToken(refreshToken, [CLOUD_PLATFORM]),
    );
    // If Google refuses the refresh token, firebase-tools returns it in place of an access token.
    return token === refreshToken ? undefined : { token, source: "the login of the Firebase CLI" };
  } catch {
    return undefined;
  }
}

function ofGcloud(args: readonly string[], source: string): Login | undefined {
  const { status, stdout } = spawnSync("gcloud", [...args, "--quiet"], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
    timeout: patienceMs,
    // On Windows, gcloud is a command script.
    shell: process.platform === "win32",
  });
  return status === 0 && stdout.trim() !== "" ? { token: stdout.trim(), source } : undefined;
}

/** The part of firebase-admin that is used. The doctor does not contain it, because it is larger than the doctor. */
const adminApp = z.object({
  applicationDefault: z.custom<() => { getAccessToken: () => Promise<unknown> }>(
    value => typeof value === "function",
  ),
});

async function ofApplicationDefault(source: string, load: Load): Promise<Login | undefined> {
  const late = new Promise<undefined>(resolve => setTimeout(resolve, patienceMs, undefined).unref());
  try {
    const { applicationDefault } = adminApp.parse(load("firebase-admin/app"));
    const { access_token: token } = accessToken.parse(
      await Promise.race([applicationDefault().getAccessToken(), late]),
    );
    return { token, source };
  } catch {
    return ofGcloud(["auth", "application-default", "print-access-token"], source);
  }
}
