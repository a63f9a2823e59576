import { onRequest } from "firebase-functions/https";
import * as z from "zod/mini";
import { log, notificationPorts } from "../compose.ts";
import { readConfig } from "../config.ts";
import { acceptNotification, type Notification, type NotificationOutcome } from "../sync/notification.ts";
import { everyFunction } from "./every-function.ts";

/** Our channel ids are `<calendarKey>-<random>`, 22 characters each. */
const channelId = /^([A-Za-z0-9_-]{22})-[A-Za-z0-9_-]{22}$/;

/**
 * Google's limits are 64 characters for ids and 256 for tokens (guides/push). Longer headers are not from our channels.
 */
const headers = z.object({
  "x-goog-channel-id": z.string().check(z.maxLength(64)),
  "x-goog-channel-token": z.catch(z.optional(z.string().check(z.maxLength(256))), undefined),
  "x-goog-resource-id": z.catch(z.optional(z.string().check(z.maxLength(256))), undefined),
  // Any value: Google does not repeat a refused message, and an unfamiliar state announces a change too.
  "x-goog-resource-state": z.string().check(z.minLength(1), z.maxLength(64)),
});

/**
 * The only map from outcome to status. Google repeats a message after 500, 502, 503 and 504, and drops it after any
 * other error (guides/push).
 */
const statusOf: Record<NotificationOutcome, number> = {
  accepted: 204,
  ignored: 204,
  unknownChannel: 404,
  wrongToken: 401,
};

type Parsed =
  | { readonly kind: "notification"; readonly notification: Notification }
  | { readonly kind: "refused"; readonly status: number };

/**
 * Reads the headers of a notification. Headers that do not name a channel of ours are refused, with the status to
 * answer.
 */
export function parseNotification(raw: Readonly<Record<string, unknown>>): Parsed {
  const parsed = headers.safeParse(raw);
  if (!parsed.success) {
    const noChannel = parsed.error.issues.some(issue => issue.path[0] === "x-goog-channel-id");
    return { kind: "refused", status: noChannel ? 404 : 400 };
  }
  const id = parsed.data["x-goog-channel-id"];
  const calendarKey = channelId.exec(id)?.[1];
  if (calendarKey === undefined) return { kind: "refused", status: 404 };
  return {
    kind: "notification",
    notification: {
      channelId: id,
      calendarKey,
      token: parsed.data["x-goog-channel-token"],
      resourceId: parsed.data["x-goog-resource-id"],
      state: parsed.data["x-goog-resource-state"],
    },
  };
}

/**
 * Google posts here when a calendar has changed. Verifies the channel, stores one task and answers 204. Errors: 401
 * wrong token, 404 unknown channel, 400 headers that Google does not send, 405 another method. 503 if the task could
 * not be stored, so that Google repeats the message.
 */
export const calendarWebhook = onRequest(
  { ...everyFunction, invoker: "public", memory: "256MiB", concurrency: 80, timeoutSeconds: 30 },
  async (request, response) => {
    if (request.method !== "POST") {
      response.set("Allow", "POST").sendStatus(405);
      return;
    }
    const parsed = parseNotification(request.headers);
    if (parsed.kind === "refused") {
      response.sendStatus(parsed.status);
      return;
    }
    try {
      const { clock, ...ports } = notificationPorts();
      const outcome = await acceptNotification(
        ports,
        parsed.notification,
        clock.now(),
        readConfig().minPullIntervalMs,
      );
      response.status(statusOf[outcome]).end();
    } catch (error) {
      const { calendarKey } = parsed.notification;
      log.error("notification not stored", {
        calendarKey,
        error: error instanceof Error ? error.message : "unknown",
      });
      response.set("Retry-After", "5").status(503).end();
    }
  },
);
