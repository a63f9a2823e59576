/** An API that the functions need. docs/deployment.md shows this table. */
interface RequiredApi {
  readonly api: `${string}.googleapis.com`;
  /** The Firebase CLI shows it when it asks whether the API may be enabled. */
  readonly reason: string;
}

export const requiredApis = [
  { api: "artifactregistry.googleapis.com", reason: "Stores the built functions." },
  { api: "calendar-json.googleapis.com", reason: "Reads the users' Google calendars." },
  { api: "cloudbuild.googleapis.com", reason: "Builds the functions." },
  { api: "cloudfunctions.googleapis.com", reason: "Deploys the functions." },
  { api: "cloudscheduler.googleapis.com", reason: "Starts the backup, the horizon and the renewal rounds." },
  { api: "cloudtasks.googleapis.com", reason: "Queues syncs, watches and clean-ups." },
  { api: "eventarc.googleapis.com", reason: "Reports deleted users." },
  { api: "firestore.googleapis.com", reason: "Stores calendars and events." },
  { api: "identitytoolkit.googleapis.com", reason: "Finds out which users were deleted." },
  { api: "run.googleapis.com", reason: "Runs the functions." },
  { api: "secretmanager.googleapis.com", reason: "Stores the OAuth client's secret and the key ring." },
] as const satisfies readonly RequiredApi[];

/** A role of the functions' service account on the project. docs/deployment.md shows this table. */
interface RequiredRole {
  readonly role: `roles/${string}`;
  readonly purpose: string;
}

export const requiredRoles = [
  { role: "roles/cloudtasks.enqueuer", purpose: "storing tasks" },
  { role: "roles/datastore.user", purpose: "documents" },
  { role: "roles/eventarc.eventReceiver", purpose: "the deletion of users" },
  { role: "roles/firebaseauth.viewer", purpose: "the daily check for deleted users" },
  { role: "roles/run.invoker", purpose: "tasks and schedules call the functions" },
] as const satisfies readonly RequiredRole[];
