/** What has failed, as a sentence for the user. Errors of the functions contain one; others get one here. */
export function failureSentence(error: unknown): string {
  const { code, message } = error as { code?: unknown; message?: unknown };
  if (code === "auth/popup-blocked")
    return "The browser blocked Google's sign-in window. Allow it and try again.";
  if (code === "auth/popup-closed-by-user" || code === "auth/cancelled-popup-request")
    return "Sign-in was not finished.";
  if (code === "functions/internal" || code === "functions/unavailable" || typeof message !== "string") {
    return "The server did not answer. Check the connection and try again.";
  }
  // Removes the HTTP status that the SDK adds.
  return message.replace(/ \[\d{3}\]$/, "");
}
