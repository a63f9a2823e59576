import { until } from "../../stack/client/until.ts";
import type { Page, Route } from "playwright-core";
import type { EventChanges } from "@firestore-calendar-sync/client";

type Times = Partial<Pick<EventChanges, "start" | "end">>;

/** The changes that the page asks for. They are answered here: the functions know nothing of these tests' accounts. */
export interface WatchedChanges {
  /** The times of the next change that was not returned yet. */
  next(): Promise<Times>;
  count(): number;
  /** From now on, changes are refused. */
  refuse(): void;
}

export async function watchChanges(page: Page): Promise<WatchedChanges> {
  const seen: Times[] = [];
  let read = 0;
  let refused = false;
  await page.route("**/updateEvent", async (route: Route) => {
    const { data } = route.request().postDataJSON() as { data: { changes: EventChanges } };
    const { start, end } = data.changes;
    seen.push({ ...(start && { start }), ...(end && { end }) });
    const headers = { "access-control-allow-origin": "*" };
    if (refused) {
      const error = { status: "FAILED_PRECONDITION", message: "Google has refused the change." };
      await route.fulfill({ status: 400, headers, json: { error } });
      return;
    }
    // The sync would bring an event with this etag. It does not here, so the event stays pending.
    await route.fulfill({ headers, json: { result: { eventId: "e", etag: '"2"' } } });
  });
  return {
    next: async () => {
      const index = read;
      read += 1;
      return await until("the page asks for a change", () => Promise.resolve(seen[index]), 15_000);
    },
    count: () => seen.length,
    refuse() {
      refused = true;
    },
  };
}
