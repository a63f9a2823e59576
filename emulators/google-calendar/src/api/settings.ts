import { notFound } from "./errors.ts";
import { method, PATH, TEXT } from "./method.ts";
import type { Call } from "./method.ts";
import { listCollection } from "./paging.ts";
import { SCOPES } from "./scopes.ts";
import { openChannel } from "./watch.ts";
import { etagOf } from "../model/world.ts";
import type { User } from "../model/world.ts";

/** The settings in Google's reference, with the values of a new account. */
const DEFAULTS: Readonly<Record<string, string>> = {
  autoAddHangouts: "false",
  dateFieldOrder: "MDY",
  defaultEventLength: "60",
  format24HourTime: "false",
  hideInvitations: "false",
  hideWeekends: "false",
  locale: "en",
  remindOnRespondedEventsOnly: "false",
  showDeclinedEvents: "true",
  timezone: "UTC",
  useKeyboardShortcuts: "true",
  weekStart: "0",
};
const LIST_PARAMS = {
  maxResults: { kind: "integer", min: 1, max: 250 },
  pageToken: TEXT,
  syncToken: TEXT,
} as const;

interface Setting {
  id: string;
  value: string;
  seq: number;
}

function settingsOf(call: Pick<Call, "world" | "user">): Setting[] {
  const user: User = call.user;
  const zone = call.world.primaryOf(user)?.timeZone;
  return [...new Set([...Object.keys(DEFAULTS), ...user.settings.keys()])].sort().map(id => {
    const own = user.settings.get(id);
    const fallback = id === "timezone" && zone !== undefined ? zone : (DEFAULTS[id] ?? "");
    return { id, value: own?.value ?? fallback, seq: own?.seq ?? 0 };
  });
}

function show(setting: Setting): object {
  return { kind: "calendar#setting", etag: etagOf(setting.seq), id: setting.id, value: setting.value };
}

/** `GET users/me/settings`. */
export const settingsList = method({
  id: "settings.list",
  verb: "GET",
  path: "users/me/settings",
  scopes: SCOPES["settings.list"],
  params: LIST_PARAMS,
  run: call =>
    listCollection(call, call.params, {
      kind: "calendar#settings",
      key: `settings:${call.user.email}`,
      seq: call.user.settingsSeq,
      generation: `${call.world.generation}.${call.user.generation}`,
      items: settingsOf(call).map(setting => ({
        seq: setting.seq,
        deleted: false,
        hidden: false,
        show: () => show(setting),
      })),
    }),
});

/** `GET users/me/settings/{setting}`. */
export const settingsGet = method({
  id: "settings.get",
  verb: "GET",
  path: "users/me/settings/{setting}",
  scopes: SCOPES["settings.get"],
  params: { setting: PATH },
  run: call => {
    const setting = settingsOf(call).find(known => known.id === call.params.setting);
    if (setting === undefined) throw notFound();
    return { body: show(setting), etag: etagOf(setting.seq) };
  },
});

/** `POST users/me/settings/watch`. */
export const settingsWatch = method({
  id: "settings.watch",
  verb: "POST",
  path: "users/me/settings/watch",
  scopes: SCOPES["settings.watch"],
  params: LIST_PARAMS,
  run: call =>
    openChannel(call, {
      resource: `settings:${call.user.email}`,
      path: "users/me/settings",
      calendarId: undefined,
      watchable: true,
    }),
});
