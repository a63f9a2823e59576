import { setGlobalOptions } from "firebase-functions/options";
import { region } from "./config.ts";

// Imported first by index.ts: triggers read the global options while they are being defined.
// The bound on instances limits what a storm can cost; Cloud Tasks holds back what does not fit.
setGlobalOptions({ region, maxInstances: 100 });
