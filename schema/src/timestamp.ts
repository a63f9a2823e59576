import * as z from "zod";

/**
 * A Firestore timestamp by its shape. The web SDK, firebase-admin and the mobile bridges each have a class of
 * their own; all of them pass, so this package needs none of them.
 */
export interface TimestampLike {
  /** Whole seconds since 1970-01-01T00:00:00Z; negative before. */
  readonly seconds: number;
  /** 0 to 999,999,999, counted forward from `seconds` even when those are negative. */
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

/** Schema of a timestamp; the parsed value is the SDK's own object, unchanged. */
export const timestamp = z.custom<TimestampLike>(isTimestamp, { error: "expected a Firestore Timestamp" });
