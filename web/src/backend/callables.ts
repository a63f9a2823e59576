import { httpsCallable, type Functions } from "firebase/functions";

/** The functions a signed-in user may call. Errors are FirebaseErrors whose message is a sentence for people. */
export interface Callables {
  /** Answers the address to open, as a rule Google's consent page; the user comes back to `returnTo`. */
  connectAccount(input: { returnTo?: string }): Promise<{ url: string }>;
  /** Finishes a consent that the server has kept for whoever began it. Answers which account, or why there is none. */
  confirmConnect(input: { confirmation: string }): Promise<{ connected: string } | { connectError: string }>;
  disconnectAccount(input: { accountId: string }): Promise<void>;
  setCalendarEnabled(input: { calendarKey: string; enabled: boolean }): Promise<void>;
  syncNow(input: { calendarKey: string; full?: boolean }): Promise<void>;
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
