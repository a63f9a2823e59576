const DAY_MS = 86_400_000;

/** What `unknownValues` replaces when a field is only switched on. */
export const UNKNOWN_VALUE = "somethingNobodyKnows";

/** The fields of events and of calendar list entries for which Google may invent values. `[]` looks into a list. */
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
/** See UNKNOWN_EVENT_FIELDS. `accessRole` also stands for the one in the answer of events.list. */
export const UNKNOWN_ENTRY_FIELDS = [
  "accessRole",
  "colorId",
  "defaultReminders[].method",
  "notificationSettings.notifications[].type",
  "notificationSettings.notifications[].method",
  "conferenceProperties.allowedConferenceSolutionTypes[]",
] as const;
/** Every name that `unknownValues` takes. */
export const UNKNOWN_FIELDS: readonly string[] = [
  ...new Set<string>([...UNKNOWN_EVENT_FIELDS, ...UNKNOWN_ENTRY_FIELDS]),
];

/** Habits of Google's that can be switched, because they are undocumented or differ from day to day. */
export interface Habits {
  /** How long a sync token lives, in ms. Google does not say. */
  syncTokenLifeMs: number;
  /**
   * Cancelled instances in deltas carry their id alone, against the documentation; seen at the real API
   * (KeepSoftwareSimple/compass-calendar#2808).
   */
  sparseCancelledInstances: boolean;
  /** What a dead sync token is answered with: 410 `fullSyncRequired`, or 400 "Invalid sync token value." */
  syncTokenExpiry: "410" | "400";
  /** What events.list says to someone who may only see when a calendar is busy. */
  freeBusyReaderEvents: "forbidden" | "withoutTitles" | "withTitles";
  /** A full list leaves out exceptions that themselves ended before `timeMin`, whenever they originally were. */
  fullListOmitsExceptionsBeforeTimeMin: boolean;
  /** What becomes of an exception whose original start its series no longer makes. */
  masterMoveExceptions: "cancel" | "keep";
  /** Whether the deletion of a series tells its exceptions as well, or its own id alone. */
  deletionSendsExceptions: boolean;
  /** Whether a restored series tells its exceptions again; without it they are back untold, as they were. */
  restoreSendsExceptions: boolean;
  /** Whether exceptions that are told again are as they were before the deletion, or cancelled. */
  restoreKeepsExceptions: boolean;
  /** Fields that come with values which nobody knows: all, none, or by name with `true` or the value. */
  unknownValues: boolean | Readonly<Record<string, boolean | string>>;
}

/** What is documented or was there first. */
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
