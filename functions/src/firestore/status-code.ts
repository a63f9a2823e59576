/** gRPC codes with which Firestore refuses a whole commit (google.rpc.Code). */
export const statusCode = { invalidArgument: 3, notFound: 5, failedPrecondition: 9, aborted: 10 } as const;

/** The gRPC code of an error from Firestore; undefined for any other error. */
export function statusCodeOf(error: unknown): number | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "number" ? error.code : undefined;
}

/** True if a commit failed because of its precondition, a missing document, or a concurrent commit. */
export function lostToOther(error: unknown): boolean {
  const { notFound, failedPrecondition, aborted } = statusCode;
  const refusals: readonly (number | undefined)[] = [notFound, failedPrecondition, aborted];
  return refusals.includes(statusCodeOf(error));
}
