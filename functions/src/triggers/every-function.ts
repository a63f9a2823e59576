import { maxInstances, region } from "../config.ts";

/**
 * The options of every function. They are not set as global options, because those belong to the project that installs
 * this package (`setGlobalOptions` of firebase-functions: the last call wins).
 *
 * The limit on instances limits the cost of a burst; Cloud Tasks keeps the tasks that exceed it. One CPU, because
 * Cloud Run serves one request at a time with less (GlobalOptions.concurrency of firebase-functions).
 */
export const everyFunction = { region, maxInstances, cpu: 1 } as const;
