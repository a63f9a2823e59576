import "./global-options.ts";

export { backupSync } from "./triggers/backup-sync.trigger.ts";
export { extendHorizon } from "./triggers/extend-horizon.trigger.ts";
export { calendarWebhook } from "./triggers/calendar-webhook.trigger.ts";
export { syncCalendar } from "./triggers/sync-calendar.trigger.ts";
export { confirmConnect } from "./triggers/confirm-connect.trigger.ts";
export { connectAccount } from "./triggers/connect-account.trigger.ts";
export { maintainWatch } from "./triggers/maintain-watch.trigger.ts";
export { oauthCallback } from "./triggers/oauth-callback.trigger.ts";
export { renewWatches } from "./triggers/renew-watches.trigger.ts";
export { cleanUpAccount } from "./triggers/clean-up-account.trigger.ts";
export { disconnectAccount } from "./triggers/disconnect-account.trigger.ts";
export { onUserDeleted } from "./triggers/on-user-deleted.trigger.ts";
export { setCalendarEnabled } from "./triggers/set-calendar-enabled.trigger.ts";
export { syncNow } from "./triggers/sync-now.trigger.ts";
export { syncCalendarList } from "./triggers/sync-calendar-list.trigger.ts";
