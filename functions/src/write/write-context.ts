import type {
  EventVersion,
  SendUpdates,
  WrittenEvent,
  WriteFailureReason,
} from "@firestore-calendar-sync/client";
import { raiseAlarm } from "../model/google-failure.ts";
import type { CalendarPlace, GoogleEvents } from "../ports/event-writes.port.ts";
import type { Log, NewId } from "../ports/runtime.port.ts";
import type { SyncStore } from "../ports/sync.port.ts";
import type { TaskQueue } from "../ports/tasks.port.ts";
import type { Zone } from "../recurrence/zone.ts";
import { utc, zoneOr } from "../recurrence/zone-names.ts";
import type { ReadEvent } from "./google-event.ts";
import type { Written } from "./settled-writes.ts";
import { type Failed, failedBecause } from "./write-failure.ts";

export interface WritePorts {
  readonly store: Pick<SyncStore, "read" | "series" | "fingerprints">;
  readonly google: GoogleEvents;
  readonly tasks: Pick<TaskQueue, "syncCalendar">;
  readonly newId: NewId;
  readonly log: Log;
}

/** One write in one calendar. */
export interface WriteContext {
  readonly google: GoogleEvents;
  readonly calendarKey: string;
  readonly place: CalendarPlace;
  /** Of times without a zone of their own. */
  readonly timeZone: string;
  readonly zone: Zone;
  readonly sendUpdates: SendUpdates;
  /** The etag of a series as it is stored, that is, the newest that clients can have seen. */
  readonly storedSeriesEtag: (seriesId: string) => Promise<string | undefined>;
  /** Whether the document with this etag shows the event as it is at Google, whose etag may be newer. */
  readonly isShown: (event: ReadEvent, etag: string) => Promise<boolean>;
}

export type WriteOutcome = { readonly kind: "written"; readonly event: WrittenEvent } | Failed;

/** What the callables write. */
type Work = "respond" | "create" | "update" | "delete" | "move";

/** Nothing at Google has changed, or can have changed, that the sync does not know. */
const withoutEffect: ReadonlySet<WriteFailureReason> = new Set<WriteFailureReason>([
  "needsConsent",
  "readOnly",
  "notOrganizer",
  "notInvited",
  "fixedRule",
  "badTimes",
  "badChange",
  "quota",
  "refused",
  "unavailable",
]);

/**
 * Writes in a calendar of the user, and queues a pull with the epoch that is read after the write: a pass that covers
 * this epoch begins after the write. If the task cannot be queued, Google's notification or the backup sync brings the
 * change, so the write succeeds nevertheless.
 */
export async function writeIn(
  ports: WritePorts,
  { uid, calendarKey, sendUpdates = "none" }: Writer,
  work: Work,
  write: (context: WriteContext) => Promise<WriteOutcome>,
): Promise<WriteOutcome> {
  const { store, google, log } = ports;
  const calendar = await writableCalendar(ports, uid, calendarKey);
  if ("kind" in calendar) return calendar;
  const { accountId, calendarId, timeZone } = calendar;
  const outcome = await write({
    google,
    calendarKey,
    place: { accountId, calendarId },
    timeZone,
    zone: zoneOr(timeZone, utc),
    sendUpdates,
    storedSeriesEtag: async seriesId => {
      const [stored] = await store.series(calendarKey, [seriesId]);
      return stored?.master?.event.etag;
    },
    isShown: async (event, etag) => await isShown(store, { uid, calendarKey }, event, etag),
  });
  if (outcome.kind === "failed" && outcome.failure !== undefined) {
    const { reason, status, googleReason } = outcome.failure;
    // Other refusals are about one user's change, and no fault of this project.
    if (outcome.because === "quota" || outcome.because === "unavailable")
      raiseAlarm(log, outcome.failure, { uid, calendarKey });
    log.warn("event not written", {
      calendarKey,
      work,
      because: outcome.because,
      reason,
      status,
      googleReason,
    });
  } else if (outcome.kind === "failed") {
    log.info("event not written", { calendarKey, work, because: outcome.because });
  } else {
    log.info("event written", { calendarKey, work });
  }
  if (outcome.kind === "written" || !withoutEffect.has(outcome.because)) await queuePull(ports, calendarKey);
  return outcome;
}

/**
 * The sync does not write the document of an occurrence of which only the series' etag has changed, for example after
 * the series got another end. The series is read first: if a pull changes both in between, the document has another
 * etag.
 */
async function isShown(
  store: WritePorts["store"],
  { uid, calendarKey }: Writer,
  { id, etag: now, recurringEventId }: ReadEvent,
  etag: string,
): Promise<boolean> {
  if (recurringEventId === undefined) return false;
  const [series] = await store.series(calendarKey, [recurringEventId]);
  if (series === undefined || series.dirty || series.master?.event.etag !== now) return false;
  return (await store.fingerprints(uid, calendarKey, [id])).get(id)?.etag === etag;
}

interface Writer {
  readonly uid: string;
  readonly calendarKey: string;
  readonly sendUpdates?: SendUpdates | undefined;
}

/** The user's calendar, if its changes would be seen. Decided from the server's own records. */
export async function writableCalendar(
  { store }: Pick<WritePorts, "store">,
  uid: string,
  calendarKey: string,
): Promise<{ readonly accountId: string; readonly calendarId: string; readonly timeZone: string } | Failed> {
  const stored = await store.read(calendarKey);
  if (stored?.state.uid !== uid) return failedBecause("unknownCalendar");
  const { accountId, calendarId, timeZone, active, inactiveReason } = stored.state;
  if (active) return { accountId, calendarId, timeZone };
  switch (inactiveReason) {
    case "reauth_required":
      return failedBecause("needsConsent");
    case "removed":
    case "disconnecting":
      return failedBecause("unknownCalendar");
    default:
      return failedBecause("switchedOff");
  }
}

/** Queues a pull that begins after now. */
export async function queuePull(
  { store, tasks, newId, log }: Omit<WritePorts, "google">,
  calendarKey: string,
): Promise<void> {
  try {
    const stored = await store.read(calendarKey);
    if (stored?.state.active !== true) return;
    const { epoch } = stored.state;
    const id = `${calendarKey}-${epoch}-write-${newId(12)}`;
    await tasks.syncCalendar({ calendarKey, epoch, cause: "user" }, { id });
  } catch (error) {
    log.warn("pull after a write not queued", {
      calendarKey,
      error: error instanceof Error ? error.message : "unknown",
    });
  }
}

/** The outcome of a write whose last step is this one. */
export function written(settled: Written | Failed): WriteOutcome {
  return settled.kind === "failed" ? settled : { kind: "written", event: versionOf(settled) };
}

export function versionOf({ event: { id, etag } }: Written): EventVersion {
  return { eventId: id, etag };
}
