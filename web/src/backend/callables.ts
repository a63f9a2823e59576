import { httpsCallable, type Functions } from "firebase/functions";

/** The functions a signed-in user may call. Errors are FirebaseErrors whose message is a sentence for people. */
export interface Callables {
  /** Answers the address of Google's consent page; the user comes back to `returnTo`. */
  connectAccount(input: { returnTo?: string }): Promise<{ url: string }>;
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
    disconnectAccount: input => command("disconnectAccount", input),
    setCalendarEnabled: input => command("setCalendarEnabled", input),
    syncNow: input => command("syncNow", input),
  };
}
