import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { host, rootFolder, type Service, type StackAddresses } from "./addresses.ts";
import { functionParams, writeSecretsOnce } from "./function-settings.ts";

/** firebase-tools listens on this port for its web UI, and has no setting to disable that. */
const firestoreWebsocketPort = 9150;

/**
 * Creates the folder in which firebase-tools runs, and returns the path of its firebase.json. Each stack has its own
 * folder, because ports and params differ between stacks; shared files are links into the repository. (firebase-tools
 * accepts no paths outside the folder of its configuration.)
 */
export function createProjectFolder(
  runFolder: string,
  addresses: StackAddresses,
  suiteQueue: boolean,
  environment: NodeJS.ProcessEnv,
): string {
  const project = join(runFolder, "project");
  const dist = join("functions", "dist");
  mkdirSync(join(project, dist), { recursive: true });
  const secrets = join(rootFolder, "functions", ".secret.local");
  writeSecretsOnce(secrets);
  const built = readdirSync(join(rootFolder, dist)).map(name => join(dist, name));
  for (const path of ["firestore.rules", "firestore.indexes.json", "web", ...built]) {
    symlinkSync(join(rootFolder, path), join(project, path));
  }
  // Secrets are read beside the code, other than params (`configDir`); dist/ itself is deployed, so it has none.
  symlinkSync(secrets, join(project, dist, ".secret.local"));
  writeFileSync(join(project, "functions", ".env.local"), functionParams(addresses, environment));
  const configFile = join(project, "firebase.json");
  const config = JSON.parse(readFileSync(join(rootFolder, "firebase.json"), "utf8")) as object;
  const emulators = emulatorSettings(addresses, suiteQueue);
  writeFileSync(configFile, JSON.stringify({ ...config, emulators }, null, 2));
  return configFile;
}

/** The `emulators` section of firebase.json. */
export function emulatorSettings({ portOffset, services }: StackAddresses, suiteQueue: boolean): object {
  const at = ({ port }: Service): object => ({ host, port });
  return {
    singleProjectMode: true,
    ui: { enabled: false },
    hub: at(services.hub),
    logging: at(services.logging),
    auth: at(services.auth),
    functions: at(services.functions),
    firestore: { ...at(services.firestore), websocketPort: firestoreWebsocketPort + portOffset },
    tasks: at(suiteQueue ? services.tasks : services.suiteTasks),
    eventarc: at(services.eventarc),
    hosting: at(services.hosting),
  };
}
