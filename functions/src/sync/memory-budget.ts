import type { MemoryBudget } from "../ports/sync.port.ts";

/** The memory that a full sync uses at its peak, with usual events (`npm run bench -- many-imports`). */
export const fullPassBytes = 40 * 1024 * 1024;
/** The memory that a pull of a few changes uses at its peak. */
export const pullBytes = 1024 * 1024;

/** How many times a page's JSON text is in memory: as objects, writes and requests, and again for the next page. */
const copies = 12;
/** Only every so many items are measured: the items of a calendar are alike, and measuring is slow. */
const sampled = 50;

/** The memory that a pass uses at its peak for pages like this one, in bytes. */
export function bytesForPages(items: readonly unknown[]): number {
  let bytes = 0;
  for (let index = 0; index < items.length; index += sampled)
    bytes += JSON.stringify(items[index]).length * Math.min(sampled, items.length - index);
  return bytes * copies;
}

/** @param capacityBytes the memory that all deliveries together may reserve */
export function createMemoryBudget(capacityBytes: number): MemoryBudget {
  let used = 0;
  let waiting: (() => void)[] = [];
  return {
    tryReserve: bytes => {
      if (used > 0 && used + bytes > capacityBytes) return undefined;
      let reserved = bytes;
      used += bytes;
      return {
        growTo: wanted => {
          const more = Math.max(0, wanted - reserved);
          reserved += more;
          used += more;
        },
        release: () => {
          used -= reserved;
          reserved = 0;
          const woken = waiting;
          waiting = [];
          for (const wake of woken) wake();
        },
      };
    },
    changed: async () => {
      await new Promise<void>(resolve => waiting.push(resolve));
    },
  };
}
