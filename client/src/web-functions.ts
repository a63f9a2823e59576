import { httpsCallable, type Functions } from "firebase/functions";
import {
  callableName,
  type CalendarFunctions,
  type CallableName,
  type ConfirmConnectAnswer,
  type DeployedAs,
  type EventWriteFunctions,
} from "./callables.ts";
import type { DeletedEvent, WrittenEvent } from "./event-writes.ts";

/**
 * The callable functions, called with the web SDK. A failed call rejects with a FirebaseError, whose `code` begins with
 * `functions/`.
 *
 * @param functions `getFunctions(app, region)` with the region of the deployment. Without a region, the SDK calls
 * `us-central1`.
 * @throws RangeError if `instance` cannot be the id of an instance.
 */
export function calendarFunctions(functions: Functions, deployedAs: DeployedAs = {}): CalendarFunctions {
  const callable = callables<CalendarFunctions>(functions, deployedAs);
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

/**
 * The callable functions that change events at Google, for deployments with `WRITE_ACCESS=true`. The parameters and
 * errors are those of `calendarFunctions`.
 */
export function eventWriteFunctions(functions: Functions, deployedAs: DeployedAs = {}): EventWriteFunctions {
  const callable = callables<EventWriteFunctions>(functions, deployedAs);
  return {
    respondToEvent: callable<"respondToEvent", WrittenEvent>("respondToEvent"),
    createEvent: callable<"createEvent", WrittenEvent>("createEvent"),
    updateEvent: callable<"updateEvent", WrittenEvent>("updateEvent"),
    deleteEvent: callable<"deleteEvent", DeletedEvent>("deleteEvent"),
    moveEvent: callable<"moveEvent", WrittenEvent>("moveEvent"),
  };
}

/** Makes the function that calls one callable. */
function callables<Calls extends object>(functions: Functions, deployedAs: DeployedAs) {
  return <Name extends CallableName & keyof Calls, Answer>(name: Name) => {
    type Input = Calls[Name] extends (input: infer T) => unknown ? T : never;
    const call = httpsCallable<Input, Answer>(functions, callableName(name, deployedAs));
    return async (input: Input): Promise<Answer> => (await call(input)).data;
  };
}
