import { readGoogleTime } from "./event-time.ts";
import { originalStartOfId } from "./instance-id.ts";
import type { GoogleTime } from "./event-time.ts";
import { placeEvent } from "./occurrence.ts";
import type { Occurrence } from "./occurrence.ts";
import { keyOfOriginal } from "./series.ts";
import type { Key, Timing } from "./series.ts";
import type { Zone } from "./zone.ts";

/**
 * What is read of an exception of a series as Google gives it. A cancelled one is only sure to have its id, the id of
 * its series and `originalStartTime` (events reference, `status`).
 */
export type SeriesException = {
  readonly id: string;
  readonly status?: string | null | undefined;
  readonly originalStartTime?: GoogleTime | null | undefined;
  readonly start?: GoogleTime | null | undefined;
  readonly end?: GoogleTime | null | undefined;
};

/** An exception that could not be understood, for the log. */
export type SkippedException = { readonly eventId: string; readonly reason: string };

/** The exceptions of a series, read. */
export type ReadExceptions<E> = {
  /** Those that are not cancelled, wherever they lie. */
  readonly occurrences: readonly Occurrence<E>[];
  /** Original starts and ids whose instances are not shown. */
  readonly replacedKeys: ReadonlySet<Key>;
  readonly replacedIds: ReadonlySet<string>;
  readonly skipped: readonly SkippedException[];
};

export function readExceptions<E extends SeriesException>(
  exceptions: readonly E[],
  timing: Timing,
  calendarZone: Zone,
): ReadExceptions<E> {
  const occurrences: Occurrence<E>[] = [];
  const replacedKeys = new Set<Key>();
  const replacedIds = new Set<string>();
  const skipped: SkippedException[] = [];
  for (const exception of exceptions) {
    const read = readException(exception, calendarZone);
    if (read.kind === "skipped") {
      skipped.push({ eventId: exception.id, reason: read.reason });
      continue;
    }
    const key = keyOfOriginal(read.original, timing);
    if (key !== null) replacedKeys.add(key);
    replacedIds.add(exception.id);
    if (read.occurrence !== null) occurrences.push(read.occurrence);
  }
  return { occurrences, replacedKeys, replacedIds, skipped };
}

function readException<E extends SeriesException>(exception: E, calendarZone: Zone) {
  const given = readGoogleTime(exception.originalStartTime, "originalStartTime");
  // Documented as always there; where it is not, the id says the same.
  const original =
    given.kind === "parsed" ? given : readGoogleTime(originalStartOfId(exception.id) ?? null, given.reason);
  if (original.kind === "malformed") {
    return { kind: "skipped", reason: given.kind === "malformed" ? given.reason : original.reason } as const;
  }
  if (exception.status === "cancelled") {
    return { kind: "read", original: original.value, occurrence: null } as const;
  }
  const placed = placeEvent(exception, calendarZone);
  if (placed.kind === "malformed") return { kind: "skipped", reason: placed.reason } as const;
  const occurrence: Occurrence<E> = {
    ...placed.placement,
    eventId: exception.id,
    originalStart: original.value.time,
    source: { kind: "exception", exception },
  };
  return { kind: "read", original: original.value, occurrence } as const;
}
