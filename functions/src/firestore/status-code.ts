/** gRPC codes by which Firestore refuses a commit as a whole (google.rpc.Code). */
export const statusCode = { invalidArgument: 3, notFound: 5, failedPrecondition: 9, aborted: 10 } as const;

/** The gRPC code of an error of Firestore's; undefined for any other error. */
export function statusCodeOf(error: unknown): number | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "number" ? error.code : undefined;
}

/** Whether a commit failed for its precondition, or for somebody else's commit at the same moment. */
export function lostToOther(error: unknown): boolean {
  const { notFound, failedPrecondition, aborted } = statusCode;
  const refusals: readonly (number | undefined)[] = [notFound, failedPrecondition, aborted];
  return refusals.includes(statusCodeOf(error));
}
