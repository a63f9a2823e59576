/** A problem that the user can correct. Shown as a sentence, without a stack trace. */
export class StackFailure extends Error {
  override name = "StackFailure";
}

/** The text to show for a thrown value. */
export function describeFailure(error: unknown): string {
  if (error instanceof StackFailure) return error.message;
  if (error instanceof Error) return error.stack ?? error.message;
  return String(error);
}
