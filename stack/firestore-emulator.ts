import { execFileSync } from "node:child_process";
import { existsSync, realpathSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { rootFolder } from "./addresses.ts";
import { StackFailure } from "./failure.ts";
import { offerJava, ownTerminal } from "./java-offer.ts";
import { findJre, javaForSuite, javaMajorOf, jreFolderIn, type JavaEnvironment } from "./java.ts";
import { adoptium, jrePlatformOf } from "./jre-download.ts";

/** The source of Google's Firestore emulator on this machine. */
export type FirestoreEmulator =
  /** firebase-tools starts the emulator, and downloads it the first time. Its Java is found with this environment. */
  | { readonly kind: "suite"; readonly environment: JavaEnvironment }
  /** The component of the Google Cloud SDK, which the launcher starts beside the suite. */
  | { readonly kind: "cloud-sdk"; readonly jar: string };

const javaForCloudSdk = 11;

const component = join("platform", "cloud-firestore-emulator", "cloud-firestore-emulator.jar");

const advice = [
  "Google's Firestore emulator needs one of these:",
  `  - Java ${javaForSuite} or later on PATH (the Emulator Suite then brings the emulator itself):`,
  `      Debian 13, Ubuntu   apt install openjdk-${javaForSuite}-jre-headless`,
  `      Fedora, RHEL        dnf install java-${javaForSuite}-openjdk-headless`,
  `      macOS               brew install openjdk@${javaForSuite}   (and put its bin folder on PATH, as brew says)`,
  `  - Java ${javaForCloudSdk} or later, and the Google Cloud SDK with its component cloud-firestore-emulator`,
  "    (gcloud components install cloud-firestore-emulator, or the Debian package google-cloud-cli-firestore-emulator).",
  "    Debian 12 has only Java 17 (openjdk-17-jre-headless), so this is the way there.",
].join("\n");

const stateFolder = join(rootFolder, ".stack");

/** Finds the emulator. Otherwise throws a failure that explains the required installation. */
export function findFirestoreEmulator(): FirestoreEmulator {
  const found = lookForEmulator();
  if ("problem" in found) throw new StackFailure(found.problem);
  return found;
}

/** Finds the emulator; if only a Java is missing, offers to fetch one (java-offer.ts). */
export async function provideFirestoreEmulator(report: (line: string) => void): Promise<FirestoreEmulator> {
  const found = lookForEmulator();
  if ("kind" in found) return found;
  const { glibcVersionRuntime } = (process.report.getReport() as { header: { glibcVersionRuntime?: string } })
    .header;
  const isMusl = process.platform === "linux" && glibcVersionRuntime === undefined;
  const environment = await offerJava({
    problem: found.problem,
    environment: process.env,
    terminal: ownTerminal(),
    report,
    download: {
      folder: jreFolderIn(stateFolder),
      apiUrl: adoptium,
      platform: jrePlatformOf(process.platform, process.arch, isMusl),
    },
  });
  return { kind: "suite", environment };
}

function lookForEmulator(): FirestoreEmulator | { readonly problem: string } {
  const java = javaMajorOf();
  if (java !== undefined && java >= javaForSuite) return { kind: "suite", environment: {} };
  const jar = java !== undefined && java >= javaForCloudSdk ? findCloudSdkJar() : undefined;
  if (jar !== undefined) return { kind: "cloud-sdk", jar };
  const environment = findJre(jreFolderIn(stateFolder));
  if (environment !== undefined) return { kind: "suite", environment };
  return { problem: `${describeLack(java)}\n${advice}` };
}

function describeLack(java: number | undefined): string {
  if (java === undefined) return "Java was not found.";
  if (java < javaForCloudSdk) return `The Java on PATH is version ${java}, which is too old.`;
  return `The Java on PATH is version ${java}, and the Google Cloud SDK's emulator was not found.`;
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
