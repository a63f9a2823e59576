import type { CallStore } from "../ports/quota.port.ts";

/** Keeps the calls in memory. */
export class FakeCallStore implements CallStore {
  /** Every write, in order. */
  readonly writes: { day: string; shard: number; calls: number; expiresAtMs: number }[] = [];
  /** While set, writes and reads fail with it. */
  failure: Error | undefined;
  /** Runs before a write is made. */
  meanwhile: () => Promise<void> = () => Promise.resolve();

  async add(day: string, shard: number, calls: number, expiresAtMs: number): Promise<void> {
    await this.meanwhile();
    if (this.failure !== undefined) throw this.failure;
    this.writes.push({ day, shard, calls, expiresAtMs });
  }

  usedOn(day: string): Promise<number> {
    if (this.failure !== undefined) return Promise.reject(this.failure);
    const calls = this.writes.filter(write => write.day === day).map(write => write.calls);
    return Promise.resolve(calls.reduce((sum, each) => sum + each, 0));
  }
}
