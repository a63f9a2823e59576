import { setGlobalOptions } from "firebase-functions/options";
import { region } from "./config.ts";

// Bounds what a storm can cost; Cloud Tasks holds back what does not fit.
setGlobalOptions({ region, maxInstances: 100 });

export { backupSync } from "./triggers/backup-sync.trigger.ts";
export { calendarWebhook } from "./triggers/calendar-webhook.trigger.ts";
export { syncCalendar } from "./triggers/sync-calendar.trigger.ts";
