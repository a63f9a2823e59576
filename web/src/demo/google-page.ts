/** Where the local Google Calendar of the demo shows its own page. */
export const googlePageUrl = "http://127.0.0.1:9190/";

/** Whether it is there. Another origin's answer is opaque: all one learns is that something answered. */
export async function googlePageAnswers(): Promise<boolean> {
  try {
    await fetch(googlePageUrl, { mode: "no-cors", signal: AbortSignal.timeout(3000) });
    return true;
  } catch {
    return false;
  }
}
