/** The addresses of a running stack. */
export type Connection = {
  readonly projectId: string;
  /** A function is at `<functionsUrl>/<functionPrefix><name>`. */
  readonly functionsUrl: string;
  /** The prefix of a function kit's names, for example `kit-calendar-`. Undefined without a kit. */
  readonly functionPrefix?: string;
  /** The web page's origin. */
  readonly appUrl: string;
  readonly googleUrl: string;
  /** `HOST:PORT`, like the other hosts. */
  readonly firestoreHost: string;
  readonly authHost: string;
  readonly tasksHost: string;
  /** Contains a log of each part. */
  readonly logFolder: string;
};

/**
 * Reads the environment that `npm run stack` gives to its command. Throws an error that names the missing variables.
 */
export function connectionOf(environment: Readonly<Record<string, string | undefined>>): Connection {
  const read = (name: string): string => {
    const value = environment[name];
    if (value === undefined) throw new Error(`${name} is not set: run this through npm run stack`);
    return value;
  };
  return {
    projectId: read("GCLOUD_PROJECT"),
    functionsUrl: read("FUNCTIONS_URL"),
    appUrl: read("HOSTING_URL"),
    googleUrl: read("GOOGLE_CALENDAR_EMULATOR_URL"),
    firestoreHost: read("FIRESTORE_EMULATOR_HOST"),
    authHost: read("FIREBASE_AUTH_EMULATOR_HOST"),
    tasksHost: read("CLOUD_TASKS_EMULATOR_HOST"),
    logFolder: read("STACK_LOGS"),
  };
}
