import { isObject, parseJson, textOf, type Json } from "./json-text.ts";

interface Variable {
  readonly name: string;
  readonly value: string;
  readonly comment?: string;
}

/** The project of `firebase emulators:start` where .firebaserc has no default. */
const demoProject = "demo-calendar-sync";

/** The params that differ in the Emulator Suite, where the local Google Calendar is Google. */
export function localParams(
  config: Json,
  firebaserc: string | undefined,
  instance: string,
  region: string,
): readonly Variable[] {
  const port = portOf(config, "functions") ?? 5001;
  const hosting = portOf(config, "hosting") ?? 5000;
  const base = `http://127.0.0.1:${port}/${defaultProject(firebaserc) ?? demoProject}/${region}/kit-${instance}`;
  return [
    {
      name: "GOOGLE_CALENDAR_EMULATOR_URL",
      value: "http://127.0.0.1:9190",
      comment: "The local Google Calendar. Without it, the functions in the Emulator Suite call Google.",
    },
    { name: "GOOGLE_CLIENT_ID", value: "demo-client.apps.googleusercontent.com" },
    {
      name: "WEBHOOK_URL",
      value: `${base}-calendarWebhook`,
      comment: "The project in these two addresses must be the one that the Emulator Suite is started with.",
    },
    { name: "OAUTH_REDIRECT_URL", value: `${base}-oauthCallback` },
    {
      name: "APP_ORIGINS",
      value: `http://127.0.0.1:${hosting},http://localhost:${hosting},http://localhost:5173,http://localhost:3000`,
    },
  ];
}

/** Secrets that are worth nothing outside the Emulator Suite. */
export function localSecrets(key: string): readonly Variable[] {
  return [
    { name: "GOOGLE_CLIENT_SECRET", value: "local-client-secret" },
    { name: "TOKEN_ENCRYPTION_KEYS", value: JSON.stringify({ active: "local", keys: { local: key } }) },
  ];
}

function portOf(config: Json, emulator: string): number | undefined {
  const emulators = isObject(config["emulators"]) ? config["emulators"] : {};
  const settings = emulators[emulator];
  const port = isObject(settings) ? settings["port"] : undefined;
  return typeof port === "number" ? port : undefined;
}

function defaultProject(firebaserc: string | undefined): string | undefined {
  const value = firebaserc === undefined ? undefined : parseJson(".firebaserc", firebaserc);
  const projects = isObject(value) && isObject(value["projects"]) ? value["projects"] : {};
  return textOf(projects["default"]);
}
