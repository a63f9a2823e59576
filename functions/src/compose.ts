import { randomBytes } from "node:crypto";
import { getApps, initializeApp } from "firebase-admin/app";
import { type Firestore, getFirestore } from "firebase-admin/firestore";
import { logger } from "firebase-functions";
import { getFunctions } from "firebase-admin/functions";
import { readConfig } from "./config.ts";
import { createActiveCalendars } from "./firestore/active-calendars.adapter.ts";
import { createNotificationStore } from "./firestore/notification-store.adapter.ts";
import { createSyncStore } from "./firestore/sync-store.adapter.ts";
import { createCalendarCaller } from "./google/calendar-client.ts";
import { createEventSource } from "./google/events.adapter.ts";
import type { ActiveCalendars } from "./ports/active-calendars.port.ts";
import type { Clock, NewId } from "./ports/clock.port.ts";
import type { NotificationStore } from "./ports/notification-store.port.ts";
import type { SyncPorts } from "./ports/sync-ports.port.ts";
import type { TaskQueue } from "./ports/task-queue.port.ts";
import { createTaskQueue } from "./tasks/task-queue.adapter.ts";
import type { Log } from "./ports/log.port.ts";

/** The only place that constructs adapters and hands them to the inner code. Everything is made once per instance, on first use. */

export const clock: Clock = {
  now: () => Date.now(),
  sleep: ms => new Promise(resolve => setTimeout(resolve, ms)),
};

export const newId: NewId = length => randomBytes(length).toString("base64url").slice(0, length);

export const log: Log = {
  info: (message, fields) => logger.info(message, fields ?? {}),
  warn: (message, fields) => logger.warn(message, fields ?? {}),
  error: (message, fields) => logger.error(message, fields ?? {}),
};

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}

/** The app. Locally a made-up service account spares each enqueue a look-up of the metadata server. */
const app = once(() => {
  const emulated = process.env["FUNCTIONS_EMULATOR"] === "true";
  return (
    getApps()[0] ??
    initializeApp(
      emulated ? { serviceAccountId: "emulator@demo-calendar-sync.iam.gserviceaccount.com" } : undefined,
    )
  );
});

export const firestore = once((): Firestore => getFirestore(app()));

export const taskQueue = once((): TaskQueue => createTaskQueue(getFunctions(app()), readConfig().region));

const calendarCaller = once(() => createCalendarCaller(accessTokens(), readConfig().googleEmulatorUrl));

const dayMs = 86_400_000;

/** For `calendarWebhook`: nothing that a notification does not need. */
export const notificationPorts = once(
  (): { readonly store: NotificationStore; readonly tasks: TaskQueue; readonly clock: Clock } => ({
    store: createNotificationStore(firestore()),
    tasks: taskQueue(),
    clock,
  }),
);

/** For `syncCalendar`. The time budget leaves two minutes of the function's nine for the last page and its writes. */
export const syncPorts = once((): SyncPorts => {
  const { pastWindowDays, minPullIntervalMs } = readConfig();
  return {
    store: createSyncStore(firestore()),
    events: createEventSource(calendarCaller()),
    tasks: taskQueue(),
    accounts: accountStatus(),
    clock,
    newId,
    log,
    settings: {
      pastWindowMs: pastWindowDays * dayMs,
      minIntervalMs: minPullIntervalMs,
      timeBudgetMs: 420_000,
    },
  };
});

/** For `backupSync`. */
export const backupPorts = once(
  (): { readonly calendars: ActiveCalendars; readonly tasks: TaskQueue; readonly clock: Clock } => ({
    calendars: createActiveCalendars(firestore()),
    tasks: taskQueue(),
    clock,
  }),
);
