import { spanOf } from "./span.ts";
import type { ReadDocuments } from "./documents.ts";
import { ok, warning, wrong, type Finding } from "./finding.ts";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

const some = ({ complete }: ReadDocuments): string => (complete ? "" : "at least ");

/** The newest watch of each calendar. Renewal begins two days before the end (watch/plan-watch.ts). */
export function judgeWatches(read: ReadDocuments, nowMs: number, renew: string): Finding {
  const ends = new Map<string, number>();
  for (const each of read.documents) {
    const endMs = each.timeMs("expiresAt");
    const calendarKey = each.text("calendarKey");
    if (each.text("status") !== "open" || endMs === undefined || calendarKey === undefined) continue;
    ends.set(calendarKey, Math.max(endMs, ends.get(calendarKey) ?? 0));
  }
  if (ends.size === 0) return ok("none yet");
  const expired = [...ends.values()].filter(endMs => endMs <= nowMs).length;
  if (expired > 0)
    return wrong(`${some(read)}${expired} of ${ends.size} watches have ended and were not renewed`, renew);
  const leastMs = Math.min(...ends.values()) - nowMs;
  const text = `${some(read)}${ends.size} open, the next one ends in ${spanOf(leastMs)}`;
  return leastMs < dayMs ? warning(`${text}: the renewal is late`, renew) : ok(text);
}

/** The accounts that wait for their users. Many at once have a common cause. */
export function judgeAccounts(read: ReadDocuments, publish: string): Finding {
  const total = read.documents.length;
  const waiting = read.documents.filter(each => each.text("status") === "reauth_required").length;
  if (total === 0) return ok("none yet");
  if (waiting === 0) return ok(`${some(read)}${total}, none needs a new consent`);
  const text = `${some(read)}${waiting} of ${total} accounts need a new consent`;
  return waiting * 2 >= total && waiting > 1 ? warning(text, publish) : ok(text);
}

/** The backup sync pulls every calendar every six hours, spread over an hour. */
const lateAfterMs = 8 * hourMs;
const stuckAfterMs = 26 * hourMs;

/** The enabled calendars, whose `lastSyncedAt` the page shows. Other collections of that id are left out. */
export function judgeSyncs(
  read: ReadDocuments,
  { nowMs, usersRoot }: { readonly nowMs: number; readonly usersRoot: string },
  logs: string,
  backup: string,
): Finding {
  const root = `${usersRoot}/`;
  const times = read.documents
    .filter(
      each =>
        each.path.startsWith(root) && /^[^/]+\/calendars\/[\w-]{22}$/.test(each.path.slice(root.length)),
    )
    .filter(each => each.flag("enabled") === true)
    .flatMap(each => each.timeMs("lastSyncedAt") ?? []);
  if (times.length === 0) return ok("no calendar has been synced yet");
  const ageMs = nowMs - Math.min(...times);
  const late = times.filter(timeMs => nowMs - timeMs > lateAfterMs).length;
  const text = `${some(read)}${times.length} calendars, the oldest sync was ${spanOf(ageMs)} ago`;
  if (late === 0) return ok(text);
  // One calendar whose Google account is gone is that user's matter; most of them are the operator's.
  const say = ageMs > stuckAfterMs && late * 2 >= times.length ? wrong : warning;
  return say(`${text}, ${late} were not synced for more than ${spanOf(lateAfterMs)}`, logs, backup);
}
