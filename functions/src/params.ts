/** A param of the functions. `default` is absent if the operator has to give the value. */
interface Param<T> {
  readonly default?: T;
  readonly description: string;
  /** What the Firebase CLI accepts when it asks for the value. */
  readonly pattern?: string;
}

/**
 * All params except for the secrets, as data, because the functions, the command line and the doctor need them.
 * docs/deployment.md shows this table.
 */
export const stringParams = {
  FUNCTION_DEFAULT_REGION: {
    default: "us-central1",
    description: "Region of all functions and task queues.",
  },
  GOOGLE_CLIENT_ID: {
    description: "OAuth client id (type: web application) from the Google Cloud console.",
    pattern: "^\\S+\\.apps\\.googleusercontent\\.com$",
  },
  USERS_ROOT: {
    default: "users",
    description:
      "Collection below which each user has a document, whose id is the uid. Security rules must agree.",
  },
  FIRESTORE_DATABASE: {
    default: "(default)",
    description: "Id of the Firestore database. Its rules and indexes must be those of this product.",
  },
  WEBHOOK_URL: {
    default: "",
    description:
      "Public HTTPS address of calendarWebhook. Empty: the function's own cloudfunctions.net address.",
  },
  OAUTH_REDIRECT_URL: {
    default: "",
    description:
      "Redirect URI registered at the OAuth client. Empty: oauthCallback's cloudfunctions.net address.",
  },
  APP_ORIGINS: {
    default: "",
    description:
      "Comma-separated origins users may be sent back to. Empty: the project's web.app and firebaseapp.com addresses.",
  },
  ENFORCE_APP_CHECK: {
    default: "false",
    description: "true: callables refuse requests without a valid App Check token.",
  },
  CHANGE_FEED: {
    default: "false",
    description:
      "true: each commit that changes events also lists the changes in a document of calendarSyncChanges.",
  },
  WRITE_ACCESS: {
    default: "false",
    description:
      "true: users are asked for the right to change events, and the functions that change them are deployed.",
  },
  REMOVE_DELETED_USERS: {
    default: "true",
    description:
      "true: the daily round removes accounts whose user is gone, but not of more than a tenth of all users. all: of any number. false: never.",
  },
  DELEGATED_DOMAINS: {
    default: "",
    description: "Comma-separated Workspace domains that let the service account act for their users.",
  },
  DELEGATION_SERVICE_ACCOUNT: {
    default: "",
    description: "E-mail address of the service account with domain-wide delegation.",
  },
} as const satisfies Readonly<Record<string, Param<string>>>;

/** The params that are whole numbers. */
export const intParams = {
  // With the default, one function uses at most half of the 20 vCPU that a new project has in a region
  // (firebase-tools#11001).
  MAX_INSTANCES: {
    default: 10,
    description: "The most instances of each function. New projects may not accept more than 10.",
  },
  // With the default, all queues together stay below the 10,000 requests a minute that Google allows a project
  // (guides/quota), with a margin for repeated calls: see docs/deployment.md.
  SYNCS_PER_SECOND: {
    default: 120,
    description:
      "The most pulls a second. Raise it only if your project has more than Google's standard quota.",
  },
  PAST_WINDOW_DAYS: {
    default: 30,
    description:
      "How far back the first sync of a calendar looks. Calendars that exist keep their window, unless the new one begins earlier.",
  },
  RETENTION_DAYS: {
    default: 400,
    description: "Events that ended so many days ago are deleted; at least PAST_WINDOW_DAYS.",
  },
  HORIZON_DAYS: { default: 400, description: "How far ahead series are expanded." },
  MIN_PULL_INTERVAL_MS: {
    default: 2000,
    description: "At most one pull of a calendar per this many milliseconds.",
  },
  DAILY_CALLS: {
    default: 1_000_000,
    description:
      "Calendar API requests a day that Google does not charge to the project. Background work is stretched from 80 % of it. 0: never.",
  },
  UPGRADES_PER_HOUR: {
    default: 500,
    description: "After an upgrade, so many calendars an hour are listed again. 0: none in the background.",
  },
} as const satisfies Readonly<Record<string, Param<number>>>;
