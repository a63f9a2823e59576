import "./global-options.ts";

export { backupSync } from "./triggers/backup-sync.trigger.ts";
export { calendarWebhook } from "./triggers/calendar-webhook.trigger.ts";
export { syncCalendar } from "./triggers/sync-calendar.trigger.ts";
export { connectAccount } from "./triggers/connect-account.trigger.ts";
export { maintainWatch } from "./triggers/maintain-watch.trigger.ts";
export { oauthCallback } from "./triggers/oauth-callback.trigger.ts";
export { renewWatches } from "./triggers/renew-watches.trigger.ts";
