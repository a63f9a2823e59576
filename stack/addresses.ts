import { join } from "node:path";

/** The folder of the repository. */
export const rootFolder = join(import.meta.dirname, "..");

/** A project id that begins with `demo-` cannot touch production (Firebase Emulator Suite). */
export const projectId = "demo-calendar-sync";
export const region = "us-central1";

/** One thing that listens: what people call it, and where. */
export type Service = {
  readonly name: string;
  /** Completes the sentence "port N is needed by …". */
  readonly purpose: string;
  readonly port: number;
};

export const services = {
  googleCalendar: { name: "google-calendar", purpose: "the local Google Calendar", port: 9190 },
  firestore: { name: "firestore", purpose: "the Firestore emulator", port: 8080 },
  auth: { name: "auth", purpose: "the Auth emulator", port: 9099 },
  functions: { name: "functions", purpose: "the Functions emulator", port: 5001 },
  tasks: { name: "tasks", purpose: "the Cloud Tasks emulator", port: 9499 },
  hosting: { name: "hosting", purpose: "the Hosting emulator (the web page)", port: 5000 },
  hub: { name: "hub", purpose: "the Emulator Suite's hub", port: 4400 },
  logging: { name: "logging", purpose: "the Emulator Suite's log server", port: 4500 },
} as const satisfies Record<string, Service>;

/** Everything listens on loopback only: the stack accepts any credential. */
export const host = "127.0.0.1";

/** The URL of a service of the stack, without a slash at its end. */
export function urlOf(service: Service): string {
  return `http://${host}:${service.port}`;
}

export const functionsUrl = `${urlOf(services.functions)}/${projectId}/${region}`;

/** The environment that a program needs to use the running stack (docs: "Running it"). */
export const clientEnvironment = {
  GCLOUD_PROJECT: projectId,
  FIRESTORE_EMULATOR_HOST: `${host}:${services.firestore.port}`,
  FIREBASE_AUTH_EMULATOR_HOST: `${host}:${services.auth.port}`,
  CLOUD_TASKS_EMULATOR_HOST: `${host}:${services.tasks.port}`,
  GOOGLE_CALENDAR_EMULATOR_URL: urlOf(services.googleCalendar),
  FUNCTIONS_URL: functionsUrl,
  HOSTING_URL: urlOf(services.hosting),
} as const;
