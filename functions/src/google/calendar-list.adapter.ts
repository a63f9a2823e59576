import type { calendar_v3 } from "googleapis/build/src/apis/calendar/index.js";
import * as z from "zod";
import type { CalendarList, CalendarListing, ListedCalendar } from "../ports/calendar-list.port.ts";
import type { GoogleFailure } from "../ports/google-failure.port.ts";
import type { Log } from "../ports/log.port.ts";
import { createCalendarCaller, type CalendarCaller } from "./calendar-client.ts";

/** The largest page that calendarList.list gives. */
const pageSize = 250;

/** 10,000 calendars; a user with more is not one of ours, and a list without an end is a fault. */
const maxPages = 40;

const color = z
  .string()
  .regex(/^#[0-9a-fA-F]{6}$/)
  .optional()
  .catch(undefined);

const listEntry = z.object({
  id: z.string().min(1),
  summary: z.string().catch(""),
  summaryOverride: z.string().optional().catch(undefined),
  description: z.string().optional().catch(undefined),
  backgroundColor: color,
  foregroundColor: color,
  colorId: z.string().optional().catch(undefined),
  timeZone: z.string().min(1).catch("UTC"),
  accessRole: z.enum(["freeBusyReader", "reader", "writer", "owner"]),
  primary: z.boolean().catch(false),
  selected: z.boolean().catch(false),
});

/** `calendarList.list` through Google's client library. */
export function createCalendarList(
  call: CalendarCaller,
  rootUrl: string | undefined,
  log: Log,
): CalendarList {
  return {
    listWithToken: async accessToken =>
      await listAll(createCalendarCaller(fixedToken(accessToken), rootUrl), "", undefined, log),
    list: async (accountId, syncToken) => await listAll(call, accountId, syncToken, log),
  };
}

/** A token that is not stored anywhere yet, and therefore cannot be replaced. */
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
  const calendars: ListedCalendar[] = [];
  const removedIds: string[] = [];
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
    readEntries(answer.data.items ?? [], { calendars, removedIds }, log);
    pageToken = answer.data.nextPageToken ?? undefined;
    if (pageToken !== undefined) continue;
    const next = answer.data.nextSyncToken;
    // Without a sync token the list may be incomplete, and what is not on it would be taken for removed.
    if (next === undefined || next === null) break;
    return { kind: "listed", calendars, removedIds, complete: syncToken === undefined, syncToken: next };
  }
  return { kind: "failed", reason: "unavailable", googleReason: "incompleteList" };
}

/** Entries that make no sense to us are left out and counted: one odd calendar must not hide the others. */
function readEntries(
  items: readonly calendar_v3.Schema$CalendarListEntry[],
  into: { readonly calendars: ListedCalendar[]; readonly removedIds: string[] },
  log: Log,
): void {
  let unread = 0;
  for (const item of items) {
    // Changes list what was deleted or hidden since (reference page of calendarList.list, `syncToken`).
    if ((item.deleted === true || item.hidden === true) && typeof item.id === "string") {
      into.removedIds.push(item.id);
      continue;
    }
    const parsed = listEntry.safeParse(item);
    if (parsed.success) into.calendars.push(listed(parsed.data));
    else unread += 1;
  }
  if (unread > 0) log.warn("calendar list entries could not be read", { unread, of: items.length });
}

function listed(entry: z.infer<typeof listEntry>): ListedCalendar {
  const { id, summary, summaryOverride, description, backgroundColor, foregroundColor, colorId } = entry;
  return {
    calendarId: id,
    summary: summaryOverride ?? summary,
    ...(description !== undefined && { description }),
    ...(backgroundColor !== undefined && { backgroundColor }),
    ...(foregroundColor !== undefined && { foregroundColor }),
    ...(colorId !== undefined && { colorId }),
    timeZone: entry.timeZone,
    accessRole: entry.accessRole,
    primary: entry.primary,
    selected: entry.selected,
  };
}
