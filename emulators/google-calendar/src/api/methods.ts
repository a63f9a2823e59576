import { aclDelete, aclGet, aclInsert, aclList, aclPatch, aclUpdate, aclWatch } from "./acl.ts";
import { calendarListGet, calendarListList } from "./calendar-list.ts";
import {
  calendarListDelete,
  calendarListInsert,
  calendarListPatch,
  calendarListUpdate,
  calendarListWatch,
} from "./calendar-list-write.ts";
import {
  calendarsClear,
  calendarsDelete,
  calendarsGet,
  calendarsInsert,
  calendarsPatch,
  calendarsTransferOwnership,
  calendarsUpdate,
} from "./calendars.ts";
import { colorsGet } from "./colors.ts";
import { eventsInstances } from "./events-instances.ts";
import { eventsList } from "./events-list.ts";
import { eventsImport, eventsMove, eventsQuickAdd } from "./events-transfer.ts";
import { eventsWatch } from "./events-watch.ts";
import { eventsDelete, eventsGet, eventsInsert, eventsPatch, eventsUpdate } from "./events-write.ts";
import { freebusyQuery } from "./freebusy.ts";
import type { Method } from "./method.ts";
import { settingsGet, settingsList, settingsWatch } from "./settings.ts";
import { channelsStop } from "./watch.ts";

/** All methods of Google's API. Two of them only answer that they are not implemented. */
export const METHODS: readonly Method[] = [
  ...[aclDelete, aclGet, aclInsert, aclList, aclPatch, aclUpdate, aclWatch],
  ...[calendarListDelete, calendarListGet, calendarListInsert, calendarListList],
  ...[calendarListPatch, calendarListUpdate, calendarListWatch],
  ...[calendarsClear, calendarsDelete, calendarsGet, calendarsInsert],
  ...[calendarsPatch, calendarsTransferOwnership, calendarsUpdate],
  ...[channelsStop, colorsGet],
  ...[eventsDelete, eventsGet, eventsImport, eventsInsert, eventsInstances, eventsList],
  ...[eventsMove, eventsPatch, eventsQuickAdd, eventsUpdate, eventsWatch],
  ...[freebusyQuery, settingsGet, settingsList, settingsWatch],
];
