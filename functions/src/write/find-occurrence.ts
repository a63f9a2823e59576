import type { EventAtGoogle } from "../ports/event-writes.port.ts";
import { isCancelled, type ReadEvent, readEvent } from "./google-event.ts";
import type { WriteContext } from "./write-context.ts";
import { type Failed, failedAtGoogle, failedBecause } from "./write-failure.ts";

/** An event as it is at Google, and the series that it is an occurrence of. */
export interface Found {
  readonly kind: "found";
  readonly event: ReadEvent;
  readonly series: Series | undefined;
}

export interface Series {
  readonly event: ReadEvent;
  readonly resource: EventAtGoogle["resource"];
  /** The occurrence has an etag of its own: it was changed apart from its series. */
  readonly isException: boolean;
}

/**
 * Reads an event. With an etag, it must be the version that the user has seen; for a part of a series, the series too.
 * Documents have no etag of the series of a changed occurrence; the series that is stored is the newest that the user
 * can have seen.
 */
export async function findOccurrence(
  context: WriteContext,
  eventId: string,
  etag: string | undefined,
  withSeries: boolean,
): Promise<Found | Failed> {
  const found = await readAt(context, eventId);
  if (found.kind === "failed") return found;
  const event = readEvent(found.event);
  if (etag !== undefined && event.etag !== etag && !(await context.isShown(event, etag)))
    return failedBecause("changedMeanwhile");
  if (!withSeries || event.recurringEventId === undefined) return { kind: "found", event, series: undefined };
  const master = await readAt(context, event.recurringEventId);
  if (master.kind === "failed") return master;
  const series = readEvent(master.event);
  const isException = series.etag !== event.etag;
  if (isException && etag !== undefined && (await context.storedSeriesEtag(series.id)) !== series.etag) {
    return failedBecause("changedMeanwhile");
  }
  return { kind: "found", event, series: { event: series, resource: master.event.resource, isException } };
}

/** Reads an event that exists. */
async function readAt({ google, place }: WriteContext, eventId: string) {
  const answer = await google.get({ ...place, eventId });
  if (answer.kind === "failed") return failedAtGoogle(answer);
  return isCancelled(readEvent(answer.event)) ? failedBecause("gone") : answer;
}
