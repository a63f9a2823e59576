import { setGlobalOptions } from "firebase-functions/options";
import { region } from "./config.ts";

// index.ts imports this file first, because triggers read the global options when they are defined. The limit on
// instances limits the cost of a burst; Cloud Tasks keeps the tasks that exceed it.
setGlobalOptions({ region, maxInstances: 100 });
