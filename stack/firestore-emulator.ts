import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, realpathSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { StackFailure } from "./failure.ts";

/** The source of Google's Firestore emulator on this machine. */
export type FirestoreEmulator =
  /** firebase-tools starts the emulator, and downloads it the first time. */
  | { readonly kind: "suite" }
  /** The component of the Google Cloud SDK, which the launcher starts beside the suite. */
  | { readonly kind: "cloud-sdk"; readonly jar: string };

/** firebase-tools 15 refuses an older Java. */
const javaForSuite = 21;
const javaForCloudSdk = 11;

const component = join("platform", "cloud-firestore-emulator", "cloud-firestore-emulator.jar");

const advice = [
  "Google's Firestore emulator needs one of these:",
  `  - Java ${javaForSuite} or later on PATH (the Emulator Suite then brings the emulator itself), or`,
  `  - Java ${javaForCloudSdk} or later, and the Google Cloud SDK with its component cloud-firestore-emulator`,
  "    (gcloud components install cloud-firestore-emulator, or the Debian package google-cloud-cli-firestore-emulator)",
].join("\n");

/** Finds the emulator. Otherwise throws a failure that explains the required installation. */
export function findFirestoreEmulator(): FirestoreEmulator {
  const answer = spawnSync("java", ["-version"], { encoding: "utf8" });
  const java = answer.status === 0 ? parseJavaMajor(answer.stderr + answer.stdout) : undefined;
  if (java === undefined) throw new StackFailure(`Java was not found.\n${advice}`);
  if (java >= javaForSuite) return { kind: "suite" };
  if (java < javaForCloudSdk)
    throw new StackFailure(`The Java on PATH is version ${java}, which is too old.\n${advice}`);
  const jar = findCloudSdkJar();
  if (jar === undefined) {
    throw new StackFailure(
      `The Java on PATH is version ${java}, and the Google Cloud SDK's emulator was not found.\n${advice}`,
    );
  }
  return { kind: "cloud-sdk", jar };
}

/** The major version in the output of `java -version`: 17 for "17.0.15", 8 for "1.8.0_392". */
export function parseJavaMajor(output: string): number | undefined {
  const match = /version "(?:1\.)?(\d+)/.exec(output);
  return match?.[1] === undefined ? undefined : Number(match[1]);
}

function findCloudSdkJar(): string | undefined {
  for (const folder of (process.env["PATH"] ?? "").split(delimiter)) {
    const gcloud = join(folder, "gcloud");
    if (!existsSync(gcloud)) continue;
    // <sdk>/bin/gcloud, often through a symbolic link.
    const jar = join(dirname(dirname(realpathSync(gcloud))), component);
    if (existsSync(jar)) return jar;
    try {
      const sdk = execFileSync(gcloud, ["info", "--format=value(installation.sdk_root)"], {
        encoding: "utf8",
        stdio: ["ignore", "pipe", "ignore"],
        timeout: 30_000,
      });
      if (existsSync(join(sdk.trim(), component))) return join(sdk.trim(), component);
    } catch {
      // A gcloud that does not run is treated like a missing one.
    }
    return undefined;
  }
  return undefined;
}
