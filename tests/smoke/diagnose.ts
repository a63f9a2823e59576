import type { DocumentSnapshot, Timestamp } from "firebase-admin/firestore";
import { millisecondsOf, type OwnDatabase } from "../../stack/client/database.ts";
import type { Channel, GoogleControl, LoggedRequest } from "../../stack/client/google-control.ts";

/** A change at Google that should have arrived. */
export type Change = {
  readonly uid: string;
  readonly calendarId: string;
  /** The time of the change, in milliseconds since 1970. */
  readonly atMs: number;
};

/** The state of each step between Google and the listener, as seen from outside. */
export type PathView = {
  readonly channels: readonly Channel[];
  readonly requests: readonly LoggedRequest[];
  readonly syncState: DocumentSnapshot | undefined;
};

export async function viewPath(
  { control, owner }: { readonly control: GoogleControl; readonly owner: OwnDatabase },
  { uid, calendarId }: Change,
): Promise<PathView> {
  const states = owner.db.collection("calendarSyncStates");
  const [channels, requests, found] = await Promise.all([
    control.channels(),
    control.requests(),
    states.where("uid", "==", uid).where("calendarId", "==", calendarId).get(),
  ]);
  const [syncState] = found.docs;
  return { channels: channels.filter(channel => channel.calendarId === calendarId), requests, syncState };
}

/** Describes in one sentence how far a change has come. The first missing step is the broken one. */
export function describeWhereItStopped(change: Change, { channels, requests, syncState }: PathView): string {
  const since = <T extends { readonly at: number }>(items: readonly T[]): T[] =>
    items.filter(({ at }) => at >= change.atMs);
  const open = channels.filter(({ stoppedAt }) => stoppedAt === undefined);
  if (syncState === undefined)
    return "there is no calendarSyncStates document for the calendar: it was never connected";
  if (open.length === 0)
    return "Google has no open channel for the calendar: it was never watched, or the watch was stopped";
  const deliveries = since(open.flatMap(channel => channel.deliveries));
  const [address] = open.map(channel => channel.address);
  if (deliveries.length === 0) return `Google sent no notification for the change (to ${address})`;
  const accepted = deliveries.find(({ status }) => status !== undefined && status >= 200 && status < 300);
  if (accepted === undefined) return describeRefusal(deliveries.at(-1), address);
  const run = readLastRun(syncState);
  if (run === undefined || run.finishedAt < change.atMs) {
    const lists = since(requests).filter(isEventsList);
    if (lists.length === 0) {
      return `the notification was acknowledged with ${accepted.status}, but no syncCalendar task has asked Google for changes since${describeFailureOf(syncState)}`;
    }
    const status = lists.at(-1)?.status ?? 0;
    if (status >= 400)
      return `the task ran, but events.list answered ${status}${describeFailureOf(syncState)}`;
    return `events.list answered ${status}, but nothing was committed since${describeFailureOf(syncState)}`;
  }
  return "a run has been committed since the change, but what it wrote is not what was expected, or it did not reach the listener (rules?)";
}

function describeRefusal(
  delivery: Channel["deliveries"][number] | undefined,
  address: string | undefined,
): string {
  if (delivery?.status !== undefined)
    return `the webhook ${address} answered the notification with ${delivery.status}`;
  if (delivery?.error !== undefined)
    return `the notification could not be delivered to ${address}: ${delivery.error}`;
  return `the notification to ${address} was not answered`;
}

function describeFailureOf(syncState: DocumentSnapshot): string {
  const failure = syncState.get("failure") as { reason?: string } | null | undefined;
  return failure?.reason === undefined ? "" : ` (the calendar's failure: ${failure.reason})`;
}

/** True if a logged request is an `events.list`. */
export function isEventsList({ method, path }: LoggedRequest): boolean {
  return method === "GET" && /\/calendars\/[^/]+\/events\/?$/.test(path);
}

/** The last run of a calendar's sync, times in milliseconds since 1970. */
export function readLastRun(
  syncState: DocumentSnapshot,
): { startedAt: number; finishedAt: number } | undefined {
  const run = syncState.get("lastRun") as { startedAt: Timestamp; finishedAt: Timestamp } | null | undefined;
  if (!run) return undefined;
  return { startedAt: millisecondsOf(run.startedAt), finishedAt: millisecondsOf(run.finishedAt) };
}
