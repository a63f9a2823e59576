/** gRPC codes of Firestore's failures that pass by themselves (google.rpc.Code). */
const passingCodes: ReadonlySet<unknown> = new Set([
  1, // CANCELLED
  2, // UNKNOWN
  4, // DEADLINE_EXCEEDED
  6, // ALREADY_EXISTS: the library repeats a create whose answer was lost; ids are random, so nobody else had this one
  8, // RESOURCE_EXHAUSTED
  10, // ABORTED: another transaction held a lock for too long
  13, // INTERNAL
  14, // UNAVAILABLE
  // The same of the Admin SDK's task queues.
  "functions/unavailable",
  "functions/internal-error",
  "functions/unknown-error",
  "app/network-error",
  "app/network-timeout",
]);

const invalidArgument = 3;

/**
 * True if what was thrown says nothing about the request, so that the same request may succeed later. A transaction
 * that Firestore has ended meanwhile (its client was cut off or slow) is refused as an invalid argument; the client
 * library begins such a one again only under the words that production uses (`isRetryableTransactionError`).
 */
export function isTransientError(error: unknown): error is Error {
  if (!(error instanceof Error) || !("code" in error)) return false;
  if (error.code === invalidArgument) return /\btransaction\b/i.test(error.message);
  return passingCodes.has(error.code);
}
