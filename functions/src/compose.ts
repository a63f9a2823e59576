import { randomBytes } from "node:crypto";
import { getApps, initializeApp } from "firebase-admin/app";
import { type Firestore, getFirestore } from "firebase-admin/firestore";
import { logger } from "firebase-functions";
import type { Clock, NewId } from "./ports/clock.port.ts";
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
