/** gRPC codes of Firestore's transient failures (google.rpc.Code). */
const passingCodes: ReadonlySet<unknown> = new Set([
  1, // CANCELLED
  2, // UNKNOWN
  4, // DEADLINE_EXCEEDED
  6, // ALREADY_EXISTS: the library repeats a create whose answer was lost; ids are random, so the document is its own
  8, // RESOURCE_EXHAUSTED
  10, // ABORTED: another transaction held a lock for too long
  13, // INTERNAL
  14, // UNAVAILABLE
  // The corresponding codes of the Admin SDK's task queues.
  "functions/unavailable",
  "functions/internal-error",
  "functions/unknown-error",
  "app/network-error",
  "app/network-timeout",
]);

const invalidArgument = 3;

/**
 * True if the error is transient, so that the same request may succeed later. Firestore refuses calls of a transaction
 * that it has ended (its client was cut off or slow) as an invalid argument. The client library repeats such a
 * transaction only if the error has the text that production uses (`isRetryableTransactionError`).
 */
export function isTransientError(error: unknown): error is Error {
  if (!(error instanceof Error) || !("code" in error)) return false;
  if (error.code === invalidArgument) return /\btransaction\b/i.test(error.message);
  return passingCodes.has(error.code);
}
