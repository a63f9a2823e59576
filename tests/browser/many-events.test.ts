import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { Page } from "playwright-core";
import { describeInBrowser } from "./browser.ts";
import { everythingLive, fillWithEvents, monthComplete } from "./many-events.ts";
import { pageThrough, watchTab, type Tab, type TabUse } from "./tab-watch.ts";
import { connectAdmin } from "./user-data.ts";

const count = 5000;
const days = 430;
const aMonth = Math.ceil(count / days) * 31;
const ready = `${everythingLive} && ${monthComplete(count, days)}`;

let admin: ReturnType<typeof connectAdmin>;
beforeAll(() => {
  admin = connectAdmin();
});
afterAll(async () => {
  await admin.close();
});

describeInBrowser("the page of somebody with 5,000 events", open => {
  test("shows a month for what that month holds, and stays as small however far one pages", async () => {
    const early = await open({ as: "many-events" });
    await fillWithEvents(await admin.of("many-events"), count, days);
    await early.context().close();

    let tab: Tab | undefined;
    const page = await open({
      as: "many-events",
      before: async blank => {
        tab = await watchTab(blank);
      },
    });
    if (!tab) throw new Error("nobody watches the tab");
    await page.waitForFunction(ready);
    const first = await tab.use();
    const uses: TabUse[] = [];
    expect(await documentsRead(page)).toBeLessThanOrEqual(3 * aMonth + 3);
    // The queries for accounts, calendars, the visible month and the months at its edges.
    expect(first.liveQueries).toBeLessThanOrEqual(5);

    await pageThrough(page, "Later", { months: 8, every: 4, ready }, async () => {
      if (tab) uses.push(await tab.use());
    });
    for (const use of uses) {
      expect(use.liveQueries).toBeLessThanOrEqual(5);
      expect(use.nodes).toBeLessThan(1.3 * first.nodes);
      expect(use.eventListeners).toBeLessThan(1.3 * first.eventListeners);
      expect(use.heapMb).toBeLessThan(1.5 * first.heapMb);
    }
  });
});

/** The number of documents in the browser's cache. With a new cache, this is the number of documents that were read. */
async function documentsRead(page: Page): Promise<number> {
  return await page.evaluate<number>(`(async () => {
    const result = request => new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
    const [{ name }] = (await indexedDB.databases()).filter(({ name }) => name.startsWith("firestore/"));
    const db = await result(indexedDB.open(name));
    const [store] = [...db.objectStoreNames].filter(each => /^remoteDocumentsV/.test(each));
    const read = await result(db.transaction(store).objectStore(store).count());
    db.close();
    return read;
  })()`);
}
