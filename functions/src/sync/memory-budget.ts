/** The part of a memory budget that one delivery has reserved. */
export interface Room {
  /** Raises the reservation to at least `bytes`, also beyond the budget: the memory is in use already. */
  growTo(bytes: number): void;
  release(): void;
}

/** Memory that all deliveries in an instance share, in bytes. */
export interface MemoryBudget {
  /**
   * Reserves `bytes`, or returns undefined if they are not free. If nothing else is reserved, any number of bytes is
   * granted, so that a large calendar is only slow and never stuck.
   */
  tryReserve(bytes: number): Room | undefined;
  /** Resolves when `tryReserve(bytes)` may succeed again. Waiting deliveries continue in the order of their calls. */
  changed(): Promise<void>;
}

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
