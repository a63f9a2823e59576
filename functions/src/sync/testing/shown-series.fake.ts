import { shownSeries } from "../shown-series.ts";
import { utc, zoneOr } from "../../recurrence/zone-names.ts";
import { sameContent } from "./same-content.fake.ts";
import type { SyncWorld } from "./sync-world.fake.ts";

/**
 * The differences between the series documents that clients read and the stored masters, when nothing is in progress: a
 * series of which clients see an occurrence has its document, and there is no document without a stored master.
 */
export async function seriesOutOfStep({ documents, key, state, events }: SyncWorld): Promise<string[]> {
  const records = await documents.seriesPage(key, { openOnly: false, limit: 100_000 });
  const shown = new Map(documents.shownSeriesOf(key));
  const seen = new Set([...events.values()].map(({ recurringEventId }) => recurringEventId));
  const calendar = { calendarKey: key, zone: zoneOr(state.timeZone, utc) };
  const wrong: string[] = [];
  for (const { seriesId, master, dirty } of records) {
    const document = shown.get(seriesId);
    shown.delete(seriesId);
    if (master === null) {
      if (document !== undefined) wrong.push(`${seriesId} has ended and is shown`);
    } else if (document === undefined) {
      if (!dirty && seen.has(seriesId)) wrong.push(`${seriesId} is not shown`);
    } else if (!dirty && !sameContent(document, shownSeries(seriesId, master, calendar)))
      wrong.push(`${seriesId} is shown otherwise than it is stored`);
  }
  return [...wrong, ...[...shown.keys()].map(id => `${id} is shown without a record`)];
}
