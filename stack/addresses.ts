import { join } from "node:path";

/** The folder of the repository. */
export const rootFolder = join(import.meta.dirname, "..");

/** A project id that begins with `demo-` cannot touch production (Firebase Emulator Suite). */
export const projectId = "demo-calendar-sync";
export const region = "us-central1";

/** All servers listen on loopback only, because the stack accepts any credential. */
export const host = "127.0.0.1";

/** A server of the stack: its name and port. */
export type Service = {
  readonly name: string;
  /** Completes the sentence "port N is needed by …". */
  readonly purpose: string;
  readonly port: number;
};

/**
 * The ports with offset 0. No two ports differ by 100, 200 or 300, so stacks with these offsets can run side by side.
 */
const services = {
  googleCalendar: { name: "google-calendar", purpose: "the local Google Calendar", port: 9190 },
  firestore: { name: "firestore", purpose: "the Firestore emulator", port: 8080 },
  auth: { name: "auth", purpose: "the Auth emulator", port: 9099 },
  functions: { name: "functions", purpose: "the Functions emulator", port: 5001 },
  tasks: { name: "tasks", purpose: "the task queue", port: 9499 },
  suiteTasks: {
    name: "suite-tasks",
    purpose: "the Emulator Suite's own task queue (comes with functions)",
    port: 9489,
  },
  eventarc: { name: "eventarc", purpose: "the Eventarc emulator (comes with functions)", port: 9310 },
  hosting: { name: "hosting", purpose: "the Hosting emulator (the web page)", port: 5000 },
  hub: { name: "hub", purpose: "the Emulator Suite's hub", port: 4400 },
  logging: { name: "logging", purpose: "the Emulator Suite's log server", port: 4410 },
} as const satisfies Record<string, Service>;

type ServiceName = keyof typeof services;

/** The environment that a program needs to use the running stack (docs: "Running it"). */
export type ClientEnvironment = Readonly<
  Record<
    | "GCLOUD_PROJECT"
    | "FIRESTORE_EMULATOR_HOST"
    | "FIREBASE_AUTH_EMULATOR_HOST"
    | "CLOUD_TASKS_EMULATOR_HOST"
    | "GOOGLE_CALENDAR_EMULATOR_URL"
    | "FUNCTIONS_URL"
    | "HOSTING_URL",
    string
  >
>;

/** The addresses of one stack. */
export type StackAddresses = {
  readonly portOffset: number;
  readonly services: Readonly<Record<ServiceName, Service>>;
  /** A function is at `<functionsUrl>/<name>`. */
  readonly functionsUrl: string;
  readonly environment: ClientEnvironment;
};

/** The highest offset. With it, the highest port is 65535. */
export const maxPortOffset = 65_535 - Math.max(...Object.values(services).map(({ port }) => port));

/** The addresses of a stack whose ports are all increased by `portOffset`. */
export function addressesAt(portOffset: number): StackAddresses {
  const moved = Object.fromEntries(
    Object.entries(services).map(([name, service]) => [
      name,
      { ...service, port: service.port + portOffset },
    ]),
  ) as Record<ServiceName, Service>;
  const at = (name: ServiceName): string => `${host}:${moved[name].port}`;
  const functionsUrl = `http://${at("functions")}/${projectId}/${region}`;
  return {
    portOffset,
    services: moved,
    functionsUrl,
    environment: {
      GCLOUD_PROJECT: projectId,
      FIRESTORE_EMULATOR_HOST: at("firestore"),
      FIREBASE_AUTH_EMULATOR_HOST: at("auth"),
      CLOUD_TASKS_EMULATOR_HOST: at("tasks"),
      GOOGLE_CALENDAR_EMULATOR_URL: `http://${at("googleCalendar")}`,
      FUNCTIONS_URL: functionsUrl,
      HOSTING_URL: `http://${at("hosting")}`,
    },
  };
}

/** The URL of a service of the stack, without a slash at its end. */
export function urlOf(service: Service): string {
  return `http://${host}:${service.port}`;
}
