import { setGlobalOptions } from "firebase-functions/options";
import { maxInstances, region } from "./config.ts";

/**
 * index.ts imports this file first, because triggers read the global options when they are defined.
 *
 * The limit on instances limits the cost of a burst; Cloud Tasks keeps the tasks that exceed it. One CPU, because
 * Cloud Run serves one request at a time with less (GlobalOptions.concurrency of firebase-functions).
 */
setGlobalOptions({ region, maxInstances, cpu: 1 });
