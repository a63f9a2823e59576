import * as z from "zod";

/**
 * A Firestore timestamp, defined by its shape. The web SDK, firebase-admin and the mobile bridges each have their own
 * class; all of them have this shape, so this package depends on none of them.
 */
export interface TimestampLike {
  /** Whole seconds since 1970-01-01T00:00:00Z. Negative for earlier times. */
  readonly seconds: number;
  /** 0 to 999,999,999, always counted forward from `seconds`, also if `seconds` is negative. */
  readonly nanoseconds: number;
  toDate(): Date;
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  toMillis(): number;
}

/** True for a timestamp of any Firestore SDK. */
export function isTimestamp(value: unknown): value is TimestampLike {
  if (typeof value !== "object" || value === null) return false;
  const candidate = value as Partial<Record<keyof TimestampLike, unknown>>;
  return (
    typeof candidate.toDate === "function" &&
    typeof candidate.toMillis === "function" &&
    isNanosecondCount(candidate.nanoseconds) &&
    Number.isInteger(candidate.seconds)
  );
}

function isNanosecondCount(value: unknown): boolean {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) < 1_000_000_000;
}

/** Schema of a timestamp. The parsed value is the SDK's own object. */
export const timestamp = z.custom<TimestampLike>(isTimestamp, { error: "expected a Firestore Timestamp" });
