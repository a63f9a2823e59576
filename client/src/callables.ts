import type {
  CreateEventInput,
  DeletedEvent,
  DeleteEventInput,
  MoveEventInput,
  RespondToEventInput,
  UpdateEventInput,
  WrittenEvent,
} from "./event-writes.ts";

/** The callable functions by their names in the code. A function kit's functions have a prefix: see `callableName`. */
export const callableNames = [
  "connectAccount",
  "confirmConnect",
  "disconnectAccount",
  "setCalendarEnabled",
  "setCalendarWindow",
  "syncNow",
  // Only in deployments with `WRITE_ACCESS=true`.
  "respondToEvent",
  "createEvent",
  "updateEvent",
  "deleteEvent",
  "moveEvent",
] as const;
export type CallableName = (typeof callableNames)[number];

/** `full` and `ifStale` exclude each other. */
export type SyncNowInput =
  | { readonly calendarKey: string; readonly full?: boolean; readonly ifStale?: false }
  | { readonly calendarKey: string; readonly full?: false; readonly ifStale?: boolean };

/** Days before and after today. A field that is absent keeps its value; null returns to the deployment's default. */
export interface SetCalendarWindowInput {
  readonly calendarKey: string;
  /** 0 to 3650. */
  readonly pastDays?: number | null;
  /** 7 to 1830. */
  readonly futureDays?: number | null;
}

/** `connected`: the account's id. `connectError`: the reason why none was connected (docs/clients.md lists them). */
export type ConfirmConnectAnswer = { readonly connected: string } | { readonly connectError: string };

/** The functions that a signed-in user can call. Their errors contain a code and a sentence for the user. */
export interface CalendarFunctions {
  // Properties, not methods: apps take functions out of the object, which typescript-eslint forbids for methods.
  /**
   * Returns the address to open, usually Google's consent page. Afterwards the user returns to `returnTo`, a page of
   * the app; `readConnectReturn` reads the result.
   */
  readonly connectAccount: (input: { readonly returnTo?: string }) => Promise<{ readonly url: string }>;
  /** Finishes a consent. Only the user who started the attempt can finish it. */
  readonly confirmConnect: (input: { readonly confirmation: string }) => Promise<ConfirmConnectAnswer>;
  /** The account is `disconnecting` when the call returns. All its data is deleted soon after. */
  readonly disconnectAccount: (input: { readonly accountId: string }) => Promise<void>;
  /** `waiting`: nothing is synced until the user connects the account again. */
  readonly setCalendarEnabled: (input: {
    readonly calendarKey: string;
    readonly enabled: boolean;
  }) => Promise<{ readonly waiting: boolean }>;
  /**
   * Chooses how much of a calendar is stored. Returns as soon as the choice is stored; the events follow, and none that
   * both windows contain disappears meanwhile. A calendar's window can be enlarged once an hour; sooner, the code is
   * `resource-exhausted`, and the message says when to try again.
   */
  readonly setCalendarWindow: (input: SetCalendarWindowInput) => Promise<void>;
  /**
   * Returns as soon as the sync is queued. With `full`, once an hour for each calendar; sooner, the code is
   * `resource-exhausted`, and the message says when to try again. With `ifStale`, nothing is done if the last sync
   * began less than ten minutes ago.
   */
  readonly syncNow: (input: SyncNowInput) => Promise<void>;
}

/**
 * The functions that change events at Google. They exist only in deployments with `WRITE_ACCESS=true`; elsewhere a call
 * fails with `not-found`. Each returns when Google has accepted the change; the event documents follow through the
 * sync. A failed call has changed nothing, unless `details.reason` is `outcomeUnknown`.
 */
export interface EventWriteFunctions {
  readonly respondToEvent: (input: RespondToEventInput) => Promise<WrittenEvent>;
  readonly createEvent: (input: CreateEventInput) => Promise<WrittenEvent>;
  readonly updateEvent: (input: UpdateEventInput) => Promise<WrittenEvent>;
  /** Success also if the event was deleted before. */
  readonly deleteEvent: (input: DeleteEventInput) => Promise<DeletedEvent>;
  readonly moveEvent: (input: MoveEventInput) => Promise<WrittenEvent>;
}

/** How the functions are deployed. */
export interface DeployedAs {
  /** The id of the kit's instance in firebase.json. Absent if the functions are a codebase, not a kit. */
  readonly instance?: string | undefined;
}

/** The Firebase CLI's rule for the id of an instance (firebase-tools 15.34, validateKitInstanceId). */
const instanceId = /^[a-z0-9_](?:[a-z0-9_-]{0,38}[a-z0-9_])?$/;

/**
 * The name under which a function is deployed. The Firebase CLI prefixes the functions of a kit with
 * `kit-<instance>-`.
 *
 * @throws RangeError if `instance` cannot be the id of an instance.
 */
export function callableName(name: CallableName, { instance }: DeployedAs = {}): string {
  if (instance === undefined) return name;
  if (!instanceId.test(instance)) throw new RangeError(`not a kit's instance: ${JSON.stringify(instance)}`);
  return `kit-${instance}-${name}`;
}
