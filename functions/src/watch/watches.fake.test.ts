import { FakeWatches } from "./watches.fake.ts";
import { describeWatchStore } from "./watch-store-contract.fake.ts";

let keys = 0;

describeWatchStore("the watches in memory", () => {
  const store = new FakeWatches();
  return Promise.resolve({
    store,
    newKey: () => String(++keys).padStart(22, "k"),
    putTarget: target => {
      store.targets.set(target.calendarKey, target);
      return Promise.resolve();
    },
    removeTarget: ({ calendarKey }) => {
      store.targets.delete(calendarKey);
      return Promise.resolve();
    },
    tokenHash: channelId => Promise.resolve(store.hashes.get(channelId)),
  });
});
