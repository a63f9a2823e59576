import { httpsCallable, type Functions } from "firebase/functions";

/** The functions that a signed-in user can call. Errors are FirebaseErrors with a message for the user. */
export interface Callables {
  /** Returns the address to open, usually Google's consent page. Afterwards the user returns to `returnTo`. */
  connectAccount(input: { returnTo?: string }): Promise<{ url: string }>;
  /**
   * Finishes a consent that the server has stored for the user who started it. Returns the account, or the reason why
   * none was connected.
   */
  confirmConnect(input: { confirmation: string }): Promise<{ connected: string } | { connectError: string }>;
  disconnectAccount(input: { accountId: string }): Promise<void>;
  setCalendarEnabled(input: { calendarKey: string; enabled: boolean }): Promise<void>;
  /**
   * With `full`, once an hour for each calendar. Sooner, the error is `functions/resource-exhausted`, and its message
   * says when to try again. With `ifStale`, nothing is done if the last sync began less than ten minutes ago.
   */
  syncNow(input: { calendarKey: string; full?: boolean; ifStale?: boolean }): Promise<void>;
}

export function callablesOf(functions: Functions): Callables {
  const command = async (name: string, input: object): Promise<void> => {
    await httpsCallable(functions, name)(input);
  };
  return {
    connectAccount: async input => {
      const answer = await httpsCallable<typeof input, { url: string }>(functions, "connectAccount")(input);
      return answer.data;
    },
    confirmConnect: async input => {
      type Answer = { connected: string } | { connectError: string };
      const answer = await httpsCallable<typeof input, Answer>(functions, "confirmConnect")(input);
      return answer.data;
    },
    disconnectAccount: input => command("disconnectAccount", input),
    setCalendarEnabled: input => command("setCalendarEnabled", input),
    syncNow: input => command("syncNow", input),
  };
}
