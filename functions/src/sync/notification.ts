import { createHash, timingSafeEqual } from "node:crypto";
import type { CalendarFacts, SyncStore, WatchFacts } from "../ports/sync.port.ts";
import type { TaskQueue } from "../ports/tasks.port.ts";
import { taskForNotification, type WantedTask } from "./protocol.ts";

/** The parsed headers of one POST from Google (guides/push, "Understanding the notification message format"). */
export interface Notification {
  readonly channelId: string;
  readonly calendarKey: string;
  readonly token: string | undefined;
  readonly resourceId: string | undefined;
  /** `sync` announces a new channel. `exists`, `not_exists` and any other value announce a change. */
  readonly state: string;
}

/** The outcome of a notification. Only `accepted` and `ignored` are answered with a 2xx. */
export type NotificationOutcome =
  /** A task for it is stored. */
  | "accepted"
  /** Nothing to do: a `sync` message, a closed channel, a calendar that is switched off. */
  | "ignored"
  | "unknownChannel"
  | "wrongToken";

type Decision = Exclude<NotificationOutcome, "accepted"> | "calendarListChanged" | WantedTask;

/** Verifies a notification and makes sure that a task for it is stored. Throws if the store or the queue fails. */
export async function acceptNotification(
  ports: { readonly store: Pick<SyncStore, "notified">; readonly tasks: TaskQueue },
  notification: Notification,
  nowMs: number,
  minIntervalMs: number,
): Promise<NotificationOutcome> {
  const { channelId, calendarKey } = notification;
  const { watch, calendar } = await ports.store.notified(channelId, calendarKey);
  const decision = decideNotification(notification, watch, calendar, nowMs, minIntervalMs);
  if (decision === "calendarListChanged") {
    // People change their list of calendars a few times a year, so each message gets a task of its own.
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

/** Decides what a notification requires, from the stored records of its channel and calendar. */
function decideNotification(
  notification: Notification,
  watch: WatchFacts | undefined,
  calendar: CalendarFacts | undefined,
  nowMs: number,
  minIntervalMs: number,
): Decision {
  if (watch === undefined) return "unknownChannel";
  if (!isTokenOf(watch, notification.token)) return "wrongToken";
  // `resourceId` is null until Google has answered the watch call. The first message may arrive before that answer.
  if (watch.resourceId !== null && watch.resourceId !== notification.resourceId) return "wrongToken";
  if (notification.state === "sync" || watch.status === "closed") return "ignored";
  if (watch.resource === "calendarList") return "calendarListChanged";
  if (!calendar?.active) return "ignored";
  return taskForNotification(notification.calendarKey, calendar, nowMs, minIntervalMs);
}

/** Compares digests of equal length in constant time; a missing token never matches. */
function isTokenOf(watch: WatchFacts, token: string | undefined): boolean {
  if (token === undefined) return false;
  const given = createHash("sha256").update(token).digest();
  const expected = Buffer.from(watch.tokenHash, "base64url");
  return given.length === expected.length && timingSafeEqual(given, expected);
}
