import { httpsCallable, type Functions } from "firebase/functions";
import {
  callableName,
  type CalendarFunctions,
  type CallableName,
  type ConfirmConnectAnswer,
  type DeployedAs,
} from "./callables.ts";

/**
 * The callable functions, called with the web SDK. A failed call rejects with a FirebaseError, whose `code` begins with
 * `functions/`.
 *
 * @param functions `getFunctions(app, region)` with the region of the deployment. Without a region, the SDK calls
 * `us-central1`.
 * @throws RangeError if `instance` cannot be the id of an instance.
 */
export function calendarFunctions(functions: Functions, deployedAs: DeployedAs = {}): CalendarFunctions {
  const callable = <Name extends CallableName, Answer>(name: Name) => {
    type Input = Parameters<CalendarFunctions[Name]>[0];
    const call = httpsCallable<Input, Answer>(functions, callableName(name, deployedAs));
    return async (input: Input): Promise<Answer> => (await call(input)).data;
  };
  const disconnectAccount = callable<"disconnectAccount", object>("disconnectAccount");
  const setCalendarWindow = callable<"setCalendarWindow", object>("setCalendarWindow");
  const syncNow = callable<"syncNow", object>("syncNow");
  return {
    connectAccount: callable<"connectAccount", { url: string }>("connectAccount"),
    confirmConnect: callable<"confirmConnect", ConfirmConnectAnswer>("confirmConnect"),
    disconnectAccount: async input => {
      await disconnectAccount(input);
    },
    setCalendarEnabled: callable<"setCalendarEnabled", { waiting: boolean }>("setCalendarEnabled"),
    setCalendarWindow: async input => {
      await setCalendarWindow(input);
    },
    syncNow: async input => {
      await syncNow(input);
    },
  };
}
