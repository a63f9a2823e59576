import { MemoryDocuments } from "./memory-documents.fake.ts";
import { describeSyncStore } from "./sync-store-contract.fake.ts";
import { calendarKey, uid } from "./sync-world.fake.ts";

describeSyncStore("the store in memory, on which the other tests rest", () => {
  const documents = new MemoryDocuments();
  return Promise.resolve({
    store: documents,
    calendarKey,
    add: (key, state) => {
      documents.addCalendar(key, state);
      return Promise.resolve();
    },
    removeCalendarDocument: () => {
      documents.calendars.clear();
      return Promise.resolve();
    },
    removeState: () => {
      documents.states.delete(calendarKey);
      return Promise.resolve();
    },
    feedEntry: seq =>
      Promise.resolve(documents.feedOf(calendarKey).find(entry => entry.seq === seq)?.changes),
    shownSeries: () => Promise.resolve(documents.shownSeriesOf(calendarKey)),
    phase: () => Promise.resolve(documents.calendars.get(`${uid}/${calendarKey}`)?.phase),
  });
});
