import { createHash, timingSafeEqual } from "node:crypto";
import type { CalendarFacts, SyncStore, WatchFacts } from "../ports/sync.port.ts";
import type { TaskQueue } from "../ports/tasks.port.ts";
import { taskForNotification, type WantedTask } from "./protocol.ts";

/** One POST from Google, its headers parsed (guides/push, "Understanding the notification message format"). */
export interface Notification {
  readonly channelId: string;
  readonly calendarKey: string;
  readonly token: string | undefined;
  readonly resourceId: string | undefined;
  /** `sync` announces a new channel; `exists`, `not_exists` and whatever else there may be announce a change. */
  readonly state: string;
}

/** What the webhook answers. Only `accepted` and `quiet` are a 2xx. */
export type NotificationOutcome =
  /** A task for it is durably stored. */
  | "accepted"
  /** Nothing to do: a `sync` message, a closed channel, a calendar that is switched off. */
  | "quiet"
  | "unknownChannel"
  | "wrongToken";

type Decision = Exclude<NotificationOutcome, "accepted"> | "list" | WantedTask;

/** Verifies a notification and makes sure that a task for it is stored. Throws when it could not be stored. */
export async function acceptNotification(
  ports: { readonly store: Pick<SyncStore, "notified">; readonly tasks: TaskQueue },
  notification: Notification,
  nowMs: number,
  minIntervalMs: number,
): Promise<NotificationOutcome> {
  const { channelId, calendarKey } = notification;
  const { watch, calendar } = await ports.store.notified(channelId, calendarKey);
  const decision = decideNotification(notification, watch, calendar, nowMs, minIntervalMs);
  if (decision === "list") {
    // Lists change by hand, a few times a year: every message may have a task of its own.
    await ports.tasks.syncCalendarList({ accountId: calendarKey }, { id: `${channelId}-${nowMs}` });
    return "accepted";
  }
  if (typeof decision === "string") return decision;
  const { id, epoch, notBeforeMs } = decision;
  await ports.tasks.syncCalendar(
    { calendarKey, epoch, cause: "notification", notifiedAtMs: nowMs },
    { id, ...(notBeforeMs !== undefined && { notBeforeMs }) },
  );
  return "accepted";
}

/** What a notification calls for, given what is known of its channel and calendar. */
function decideNotification(
  notification: Notification,
  watch: WatchFacts | undefined,
  calendar: CalendarFacts | undefined,
  nowMs: number,
  minIntervalMs: number,
): Decision {
  if (watch === undefined) return "unknownChannel";
  if (!isTokenOf(watch, notification.token)) return "wrongToken";
  // Unknown until Google has answered the watch call; the first message may come before that.
  if (watch.resourceId !== null && watch.resourceId !== notification.resourceId) return "wrongToken";
  if (notification.state === "sync" || watch.status === "closed") return "quiet";
  if (watch.resource === "calendarList") return "list";
  if (!calendar?.active) return "quiet";
  return taskForNotification(notification.calendarKey, calendar, nowMs, minIntervalMs);
}

/** Compares digests of equal length in constant time; a missing token never matches. */
function isTokenOf(watch: WatchFacts, token: string | undefined): boolean {
  if (token === undefined) return false;
  const given = createHash("sha256").update(token).digest();
  const expected = Buffer.from(watch.tokenHash, "base64url");
  return given.length === expected.length && timingSafeEqual(given, expected);
}
