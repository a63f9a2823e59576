/** Something that the person at the terminal can put right: shown as a sentence, without a stack trace. */
export class StackFailure extends Error {
  override name = "StackFailure";
}

/** The sentence to show for anything that was thrown. */
export function describeFailure(error: unknown): string {
  if (error instanceof StackFailure) return error.message;
  if (error instanceof Error) return error.stack ?? error.message;
  return String(error);
}
