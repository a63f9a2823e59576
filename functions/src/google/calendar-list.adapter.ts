import * as z from "zod/mini";
import type { GoogleCalendarList, CalendarListing, ListedCalendar } from "../ports/calendars.port.ts";
import type { GoogleFailure } from "../model/google-failure.ts";
import type { CallCounter } from "../ports/quota.port.ts";
import type { Log } from "../ports/runtime.port.ts";
import { utc, zoneNamed } from "../recurrence/zone-names.ts";
import { type CalendarCaller, createCalendarCaller } from "./calendar-client.ts";

/** The largest page of calendarList.list (reference of calendarList.list, `maxResults`). */
const pageSize = 250;

/** 10,000 calendars. A longer list is treated as endless, which is a fault. */
const maxPages = 40;

/** Google's own limits are far lower. Longer texts were not written by people, and a document holds 1 MiB. */
const maxTextLength = 20_000;
const maxIdLength = 1_000;

const text = z.string().check(z.maxLength(maxTextLength));
const color = z.string().check(z.regex(/^#[0-9a-fA-F]{6}$/));

/** Firestore must be able to store a token. */
const token = z.string().check(
  z.maxLength(10_000),
  z.refine(value => value.isWellFormed()),
);

/** The parts of an answer of calendarList.list without which the whole answer is refused. */
const listPage = z.object({
  items: z.optional(z.array(z.unknown())),
  nextPageToken: z.nullish(token),
  nextSyncToken: z.nullish(token),
});

/** Ids are hashed and used in URLs. Ids with white space or control characters have not been seen. */
const entryId = z.object({
  id: z.string().check(
    z.minLength(1),
    z.maxLength(maxIdLength),
    z.refine(id => id.isWellFormed() && !/[\s\p{Cc}]/u.test(id)),
  ),
});
const entryMarks = z.object({ deleted: z.optional(z.unknown()), hidden: z.optional(z.unknown()) });

/**
 * `calendarList.list` through Google's client library. A list that has no end, no sync token or an unexpected shape is
 * a failure `unavailable`.
 */
export function createCalendarList(
  call: CalendarCaller,
  rootUrl: string | undefined,
  calls: CallCounter,
  log: Log,
): GoogleCalendarList {
  return {
    listWithToken: async (accountId, accessToken) =>
      await listAll(createCalendarCaller(fixedToken(accessToken), rootUrl, calls), accountId, undefined, log),
    list: async (accountId, syncToken) => await listAll(call, accountId, syncToken, log),
  };
}

/** The token of a new connection is not stored yet, so it cannot be replaced. */
function fixedToken(token: string) {
  return {
    get: () => Promise.resolve({ kind: "token" as const, token, grantId: "" }),
    replace: () => Promise.resolve({ kind: "failed" as const, reason: "tokenRefused" as const, status: 401 }),
  };
}

async function listAll(
  call: CalendarCaller,
  accountId: string,
  syncToken: string | undefined,
  log: Log,
): Promise<CalendarListing | GoogleFailure> {
  const calendars = new Map<string, ListedCalendar>();
  const removedIds = new Set<string>();
  let nameless = 0;
  let pageToken: string | undefined;
  for (let page = 0; page < maxPages; page++) {
    const answer = await call(accountId, (client, options) =>
      client.calendarList.list(
        {
          maxResults: pageSize,
          ...(syncToken !== undefined && { syncToken }),
          ...(pageToken !== undefined && { pageToken }),
        },
        options,
      ),
    );
    if (answer.kind === "failed") return answer;
    const parsed = listPage.safeParse(answer.data);
    // A list of changes may have no items; a whole list always contains the primary calendar.
    if (!parsed.success || (parsed.data.items === undefined && syncToken === undefined)) return unreadable;
    nameless += readEntries(parsed.data.items ?? [], { calendars, removedIds }, log);
    const { nextPageToken, nextSyncToken: next } = parsed.data;
    if (typeof nextPageToken === "string" && nextPageToken !== "") {
      pageToken = nextPageToken;
      continue;
    }
    // Without a sync token the list may be incomplete, and the missing calendars would be treated as removed.
    if (typeof next !== "string" || next === "") break;
    return {
      kind: "listed",
      calendars: [...calendars.values()],
      // A calendar that is both listed and removed in one answer is not certainly removed.
      removedIds: [...removedIds].filter(id => !calendars.has(id)),
      // An entry without a readable id may be any calendar.
      complete: syncToken === undefined && nameless === 0,
      syncToken: next,
    };
  }
  return { kind: "failed", reason: "unavailable", googleReason: "incompleteList" };
}

const unreadable: GoogleFailure = { kind: "failed", reason: "unavailable", googleReason: "unreadableList" };

/**
 * Reads the entries. An unreadable field is left out; only an entry without a readable id is left out as a whole.
 *
 * @returns the number of entries without a readable id
 */
function readEntries(
  items: readonly unknown[],
  into: { readonly calendars: Map<string, ListedCalendar>; readonly removedIds: Set<string> },
  log: Log,
): number {
  let nameless = 0;
  for (const item of items) {
    const named = entryId.safeParse(item);
    if (!named.success) {
      nameless += 1;
      continue;
    }
    const { id } = named.data;
    const { deleted, hidden } = entryMarks.parse(item);
    // A list of changes contains the entries that were deleted or hidden since (reference of calendarList.list,
    // `syncToken`).
    if (deleted === true || hidden === true) {
      into.removedIds.add(id);
      continue;
    }
    const calendar = listed(id, item as Readonly<Record<string, unknown>>);
    into.calendars.set(id, calendar);
    if (calendar.unread !== undefined) {
      log.warn("calendar list entry could not be read completely", {
        calendarId: id,
        fields: calendar.unread,
      });
    }
  }
  if (nameless > 0) log.warn("calendar list entries without a readable id", { nameless, of: items.length });
  return nameless;
}

/** A field of an entry: absent, readable, or neither. */
function field<T>(
  value: unknown,
  schema: z.ZodMiniType<T>,
): { readonly value?: T; readonly unread: boolean } {
  if (value === undefined) return { unread: false };
  const parsed = schema.safeParse(value);
  return parsed.success ? { value: parsed.data, unread: false } : { unread: true };
}

function listed(calendarId: string, entry: Readonly<Record<string, unknown>>): ListedCalendar {
  const own = field(entry["summaryOverride"], text);
  const summary = field(entry["summary"], text);
  const description = field(entry["description"], text);
  const backgroundColor = field(entry["backgroundColor"], color);
  const foregroundColor = field(entry["foregroundColor"], color);
  const colorId = field(entry["colorId"], text);
  // Only a zone that every client supports is accepted.
  const zone = zoneNamed(field(entry["timeZone"], text.check(z.minLength(1))).value ?? "");
  const accessRole = field(entry["accessRole"], text.check(z.minLength(1)));
  const primary = field(entry["primary"], z.boolean());
  const selected = field(entry["selected"], z.boolean());
  const name = own.value ?? summary.value;
  const unread = {
    // Google sends an empty `summary` for a calendar without a name. If the field is missing, the name is unreadable.
    summary: own.unread || name === undefined,
    description: description.unread,
    backgroundColor: backgroundColor.unread,
    foregroundColor: foregroundColor.unread,
    colorId: colorId.unread,
    // These two are in every entry, so if one is missing, it is unreadable.
    timeZone: zone === null,
    accessRole: accessRole.value === undefined,
    primary: primary.unread,
    selected: selected.unread,
  };
  const names = Object.entries(unread).flatMap(([key, is]) => (is ? [key as keyof typeof unread] : []));
  return {
    calendarId,
    summary: wellFormed(name ?? calendarId),
    ...(description.value !== undefined && { description: wellFormed(description.value) }),
    ...(backgroundColor.value !== undefined && { backgroundColor: backgroundColor.value }),
    ...(foregroundColor.value !== undefined && { foregroundColor: foregroundColor.value }),
    ...(colorId.value !== undefined && { colorId: wellFormed(colorId.value) }),
    timeZone: (zone ?? utc).name,
    accessRole: wellFormed(accessRole.value ?? "reader"),
    primary: primary.value ?? false,
    selected: selected.value ?? false,
    ...(names.length > 0 && { unread: names }),
  };
}

/**
 * Firestore stores only UTF-8, which cannot represent half of a surrogate pair: the stored text would differ from
 * Google's text in each comparison.
 */
function wellFormed(value: string): string {
  return value.toWellFormed();
}
