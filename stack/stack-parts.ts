import { join } from "node:path";
import { host, projectId, rootFolder, urlOf, type StackAddresses } from "./addresses.ts";
import { functionsBundle } from "./build.ts";
import type { FirestoreEmulator } from "./firestore-emulator.ts";
import type { Part } from "./supervisor.ts";

/** The local Google Calendar. */
export function googleCalendarPart({ services: { googleCalendar } }: StackAddresses): Part {
  return {
    name: googleCalendar.name,
    command: process.execPath,
    args: [
      join(rootFolder, "emulators", "google-calendar", "src", "main.ts"),
      "--port",
      String(googleCalendar.port),
      "--host",
      host,
    ],
    cwd: rootFolder,
    services: [googleCalendar],
    readyWithinMs: 60_000,
  };
}

/** Task queues with Cloud Tasks' semantics, in place of the suite's. */
export function cloudTasksPart({ services: { tasks }, functionsUrl }: StackAddresses): Part {
  return {
    name: "cloud-tasks",
    command: process.execPath,
    args: [
      join(rootFolder, "emulators", "cloud-tasks", "src", "main.ts"),
      "--bundle",
      functionsBundle,
      "--functions-url",
      functionsUrl,
      "--port",
      String(tasks.port),
    ],
    cwd: rootFolder,
    environment: { GCLOUD_PROJECT: projectId },
    services: [tasks],
    readyWithinMs: 60_000,
  };
}

/** Google's Firestore emulator from the Google Cloud SDK, which runs on an older Java than the suite accepts. */
export function firestorePart(
  jar: string,
  { services: { firestore, functions } }: StackAddresses,
  { runFolder, rules }: { readonly runFolder: string; readonly rules: string },
): Part {
  return {
    name: firestore.name,
    command: "java",
    args: [
      // Otherwise messages and number formats depend on the language of the machine.
      "-Duser.language=en",
      "-cp",
      jar,
      // The jar has no main class in its manifest.
      "com.google.cloud.datastore.emulator.firestore.CloudFirestore",
      "--host",
      host,
      "--port",
      String(firestore.port),
      "--rules",
      rules,
      "--project_id",
      projectId,
      // Receives the events of Firestore's triggers.
      "--functions_emulator",
      new URL(urlOf(functions)).host,
    ],
    cwd: runFolder,
    services: [firestore],
    readyWithinMs: 60_000,
  };
}

/** Firebase's Emulator Suite, with Firestore if the suite starts it. `configFile` is a firebase.json. */
export function suitePart(
  firestore: FirestoreEmulator,
  { services, environment }: StackAddresses,
  {
    runFolder,
    configFile,
    suiteQueue,
  }: { readonly runFolder: string; readonly configFile: string; readonly suiteQueue: boolean },
): Part {
  const inSuite = firestore.kind === "suite";
  const only = ["auth", "functions", "tasks", "hosting", ...(inSuite ? ["firestore"] : [])];
  const ownQueue = join(import.meta.dirname, "own-task-queue.cjs");
  return {
    name: "suite",
    command: process.execPath,
    args: [
      join(rootFolder, "node_modules", "firebase-tools", "lib", "bin", "firebase.js"),
      "emulators:start",
      "--only",
      only.join(","),
      "--project",
      projectId,
      "--config",
      configFile,
    ],
    // The suite writes its debug logs into its working directory.
    cwd: runFolder,
    environment: {
      ...(inSuite ? firestore.environment : {}),
      GOOGLE_CALENDAR_EMULATOR_URL: urlOf(services.googleCalendar),
      FIRESTORE_EMULATOR_HOST: inSuite ? undefined : environment.FIRESTORE_EMULATOR_HOST,
      ...(!suiteQueue && {
        NODE_OPTIONS: [process.env["NODE_OPTIONS"], `--require ${JSON.stringify(ownQueue)}`]
          .filter(Boolean)
          .join(" "),
        FCS_TASKS_HOST: environment.CLOUD_TASKS_EMULATOR_HOST,
      }),
      // Prevents questions, searches for updates, and searches for credentials of a real project.
      CI: "true",
      NO_UPDATE_NOTIFIER: "1",
      npm_config_offline: "true",
      METADATA_SERVER_DETECTION: "none",
      GOOGLE_APPLICATION_CREDENTIALS: undefined,
      // The list of functions is read from a file instead of from a server, which saves seconds.
      FIREBASE_FUNCTIONS_DISCOVERY_OUTPUT_PATH: "true",
      // Each concurrent request uses a process of 100 MB. Without a limit a burst of requests would fill the memory.
      FUNCTIONS_EMULATOR_PARALLEL: "4",
      // As in production.
      TZ: "UTC",
    },
    services: [
      services.hub,
      services.logging,
      ...(inSuite ? [services.firestore] : []),
      services.auth,
      suiteQueue ? services.tasks : services.suiteTasks,
      services.eventarc,
      services.functions,
      services.hosting,
    ],
    readyOutput: /All emulators ready/,
    // The suite may have to download the Firestore emulator first.
    readyWithinMs: inSuite ? 300_000 : 180_000,
  };
}
