import { requiredApis } from "../../functions/src/required.ts";

/** What is deployed: the functions, their queues and schedules. Compared with the code by a test. */

export const publicFunctions = ["calendarWebhook", "oauthCallback"] as const;
export const callables = [
  "confirmConnect",
  "connectAccount",
  "disconnectAccount",
  "setCalendarEnabled",
  "setCalendarWindow",
  "syncNow",
] as const;

/** Deployed only if the param WRITE_ACCESS is true. */
export const writeCallables = [
  "respondToEvent",
  "createEvent",
  "updateEvent",
  "deleteEvent",
  "moveEvent",
] as const;

/** True for a function that is deployed only if the param WRITE_ACCESS is true. */
export function isWrite(name: string): boolean {
  return (writeCallables as readonly string[]).includes(name);
}

/** The concurrency that each queue is deployed with. */
export const queues = {
  syncCalendar: 40,
  syncCalendarList: 20,
  maintainWatch: 50,
  cleanUpAccount: 20,
  checkDeployment: 1,
} as const;

/** Hours between two runs. */
export const schedules = { backupSync: 6, extendHorizon: 24, renewWatches: 24 } as const;

export const eventFunctions = ["onUserDeleted"] as const;

/** The functions that every deployment has. */
export const basicFunctions: readonly string[] = [
  ...publicFunctions,
  ...callables,
  ...Object.keys(queues),
  ...Object.keys(schedules),
  ...eventFunctions,
];

export const allFunctions: readonly string[] = [...basicFunctions, ...writeCallables];

/** The default of the param MAX_INSTANCES (functions/src/params.ts). */
export const defaultMaxInstances = 10;

export const secrets = ["GOOGLE_CLIENT_SECRET", "TOKEN_ENCRYPTION_KEYS"] as const;

export const calendarApi = "calendar-json.googleapis.com";
/** Without these nothing can be deployed. The Firebase CLI enables them, and the Calendar API, at the first deploy. */
export const deployApis: readonly string[] = requiredApis
  .map(({ api }) => api)
  .filter(api => api !== calendarApi);
