import { calendarListGet, calendarListList } from "./calendar-list.ts";
import { calendarsGet } from "./calendars.ts";
import { colorsGet } from "./colors.ts";
import { eventsInstances } from "./events-instances.ts";
import { eventsList } from "./events-list.ts";
import { eventsWatch } from "./events-watch.ts";
import { eventsDelete, eventsGet, eventsInsert, eventsPatch, eventsUpdate } from "./events-write.ts";
import type { Method } from "./method.ts";
import { channelsStop } from "./watch.ts";

/** Every method that the emulator has. */
export const METHODS: readonly Method[] = [
  calendarListGet,
  calendarListList,
  calendarsGet,
  channelsStop,
  colorsGet,
  eventsDelete,
  eventsGet,
  eventsInsert,
  eventsInstances,
  eventsList,
  eventsPatch,
  eventsUpdate,
  eventsWatch,
];
