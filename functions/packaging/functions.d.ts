import type { UserRecord } from "firebase-admin/auth";
import type { CloudFunction } from "firebase-functions/core";
import type { CallableFunction, HttpsFunction } from "firebase-functions/https";
import type { AuthEvent } from "firebase-functions/identity";
import type { ScheduleFunction } from "firebase-functions/scheduler";
import type { TaskQueueFunction } from "firebase-functions/tasks";

/** Google posts here when a calendar has changed. */
export declare const calendarWebhook: HttpsFunction;
/** Google sends users here after the consent page. */
export declare const oauthCallback: HttpsFunction;

/** Returns the address to which the app sends the user: Google's consent page, or a page of the app. */
export declare const connectAccount: CallableFunction<{ returnTo?: string }, Promise<{ url: string }>>;
/** Connects the account of a consent, for the user who began it. */
export declare const confirmConnect: CallableFunction<
  { confirmation: string },
  Promise<{ connected: string; connectError?: never } | { connectError: string; connected?: never }>
>;
/** Disconnects an account. Its data are deleted by a task. */
export declare const disconnectAccount: CallableFunction<{ accountId: string }, Promise<object>>;
/** Switches a calendar on or off. `waiting`: the user must connect the account again before anything is synced. */
export declare const setCalendarEnabled: CallableFunction<
  { calendarKey: string; enabled: boolean },
  Promise<{ waiting: boolean }>
>;
/** Chooses how much of a calendar is stored. Null: as the deployment's params say. */
export declare const setCalendarWindow: CallableFunction<
  { calendarKey: string; pastDays?: number | null; futureDays?: number | null },
  Promise<object>
>;
/** Reads a calendar now: what has changed, everything (`full`), or only if it was not read lately (`ifStale`). */
export declare const syncNow: CallableFunction<
  { calendarKey: string; full?: boolean; ifStale?: boolean },
  Promise<object>
>;

/** The event at Google after a change. */
type WrittenEvent = { eventId: string; etag: string } & DeletedEvent;
/** After `following`: the series that ends before the event now. */
type DeletedEvent = { ended?: { eventId: string; etag: string } };
/** Which guests get an e-mail from Google. Default: none. */
type SendUpdates = { sendUpdates?: "none" | "externalOnly" | "all" };
/** Which part of a series is meant. Default: this. */
type Scope = { scope?: "this" | "following" | "all" };

/** Answers an invitation. This function and the next four are deployed with `WRITE_ACCESS=true` only. */
export declare const respondToEvent: CallableFunction<
  {
    calendarKey: string;
    eventId: string;
    response: "accepted" | "tentative" | "declined";
    comment?: string;
    scope?: "this" | "all";
  } & SendUpdates,
  Promise<WrittenEvent>
>;
/** Creates an event. A repeated call with the same `requestId` makes no second one. */
export declare const createEvent: CallableFunction<
  { calendarKey: string; event: object; requestId: string } & SendUpdates,
  Promise<WrittenEvent>
>;
/** Changes an event, unless it has changed since the version with this etag. */
export declare const updateEvent: CallableFunction<
  { calendarKey: string; eventId: string; changes: object; etag?: string } & Scope & SendUpdates,
  Promise<WrittenEvent>
>;
/** Deletes an event. */
export declare const deleteEvent: CallableFunction<
  { calendarKey: string; eventId: string; etag?: string } & Scope & SendUpdates,
  Promise<DeletedEvent>
>;
/** Moves an event to another calendar of the same account. */
export declare const moveEvent: CallableFunction<
  { calendarKey: string; eventId: string; toCalendarKey: string; etag?: string } & SendUpdates,
  Promise<WrittenEvent>
>;

/** The task queues. Only this package's own functions store their tasks. */
export declare const syncCalendar: TaskQueueFunction<unknown>;
export declare const syncCalendarList: TaskQueueFunction<unknown>;
export declare const maintainWatch: TaskQueueFunction<unknown>;
export declare const cleanUpAccount: TaskQueueFunction<unknown>;
/** Checks the deployment. The Firebase CLI stores its task after each deploy. */
export declare const checkDeployment: TaskQueueFunction<unknown>;

/** The scheduled rounds. */
export declare const backupSync: ScheduleFunction;
export declare const extendHorizon: ScheduleFunction;
export declare const renewWatches: ScheduleFunction;

/** Disconnects all accounts of a user who was deleted. */
export declare const onUserDeleted: CloudFunction<AuthEvent<UserRecord>>;
