const DAY_MS = 86_400_000;

/** The replacement value if `unknownValues` switches a field on without naming a value. */
export const UNKNOWN_VALUE = "somethingNobodyKnows";

/** Fields of an event in which Google may introduce new values. `[]` means every item of a list. */
export const UNKNOWN_EVENT_FIELDS = [
  "kind",
  "status",
  "eventType",
  "visibility",
  "transparency",
  "colorId",
  "attendees[].responseStatus",
  "reminders.overrides[].method",
  "conferenceData.entryPoints[].entryPointType",
  "conferenceData.conferenceSolution.key.type",
  "conferenceData.createRequest.status.statusCode",
  "workingLocationProperties.type",
  "outOfOfficeProperties.autoDeclineMode",
  "focusTimeProperties.autoDeclineMode",
  "birthdayProperties.type",
] as const;
/**
 * Fields of a calendar list entry in which Google may introduce new values. `accessRole` also switches the field of
 * that name in the answer of events.list.
 */
export const UNKNOWN_ENTRY_FIELDS = [
  "accessRole",
  "colorId",
  "defaultReminders[].method",
  "notificationSettings.notifications[].type",
  "notificationSettings.notifications[].method",
  "conferenceProperties.allowedConferenceSolutionTypes[]",
] as const;
/** All names that `unknownValues` accepts. */
export const UNKNOWN_FIELDS: readonly string[] = [
  ...new Set<string>([...UNKNOWN_EVENT_FIELDS, ...UNKNOWN_ENTRY_FIELDS]),
];

/**
 * Behaviours of Google that can be switched, because Google does not document them or does not always behave the
 * same.
 */
export interface Habits {
  /** Lifetime of a sync token, in ms. Google does not document it. */
  syncTokenLifeMs: number;
  /**
   * If true, a cancelled instance in a delta has no fields except its id, status, kind and etag. This contradicts the
   * documentation; it was observed at the real API (KeepSoftwareSimple/compass-calendar#2808).
   */
  sparseCancelledInstances: boolean;
  /** The answer to an expired or altered sync token: 410 `fullSyncRequired`, or 400 "Invalid sync token value." */
  syncTokenExpiry: "410" | "400";
  /**
   * The answer of events.list to a user with the role `freeBusyReader`: 403, or events without or with their titles.
   */
  freeBusyReaderEvents: "forbidden" | "withoutTitles" | "withTitles";
  /**
   * If true, a full list omits an exception that ended before `timeMin`, even if its original start is in the window.
   */
  fullListOmitsExceptionsBeforeTimeMin: boolean;
  /**
   * What happens to an exception after an edit of its series if the series no longer has an instance at the
   * exception's original start.
   */
  masterMoveExceptions: "cancel" | "keep";
  /**
   * If true, deleting a series also sends its exceptions in the next delta. If false, the delta contains only the
   * series.
   */
  deletionSendsExceptions: boolean;
  /**
   * If true, restoring a series sends its exceptions in the next delta. If false, the exceptions have their earlier
   * state again, and no delta contains them.
   */
  restoreSendsExceptions: boolean;
  /**
   * State of the exceptions that `restoreSendsExceptions` sends: if true, their state before the deletion; if false,
   * cancelled.
   */
  restoreKeepsExceptions: boolean;
  /**
   * Replaces fields by values that Google does not document: `true` for all fields, or an object with `true` or the
   * value for each field.
   */
  unknownValues: boolean | Readonly<Record<string, boolean | string>>;
}

/** The documented behaviours. Where Google documents nothing: the emulator's first implementation. */
export const DEFAULT_HABITS: Habits = {
  syncTokenLifeMs: 28 * DAY_MS,
  sparseCancelledInstances: false,
  syncTokenExpiry: "410",
  freeBusyReaderEvents: "forbidden",
  fullListOmitsExceptionsBeforeTimeMin: false,
  masterMoveExceptions: "cancel",
  deletionSendsExceptions: true,
  restoreSendsExceptions: true,
  restoreKeepsExceptions: false,
  unknownValues: false,
};
