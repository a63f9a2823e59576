import "./global-options.ts";

export { backupSync } from "./triggers/backup-sync.trigger.ts";
export { calendarWebhook } from "./triggers/calendar-webhook.trigger.ts";
export { syncCalendar } from "./triggers/sync-calendar.trigger.ts";
