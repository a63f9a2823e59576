import type {
  CalendarWatches,
  PushChannels,
  OpenedChannel,
  WatchRecord,
  WatchStore,
  WatchTarget,
} from "../ports/watch.port.ts";
import type { GoogleFailure } from "../model/google-failure.ts";
import { shouldBeWatched } from "./plan-watch.ts";

/** Channel records in memory, for any number of calendars. */
export class FakeWatches implements WatchStore {
  readonly targets = new Map<string, WatchTarget>();
  readonly records = new Map<string, WatchRecord>();
  readonly hashes = new Map<string, string>();

  target(calendarKey: string): Promise<WatchTarget | undefined> {
    return Promise.resolve(this.targets.get(calendarKey));
  }

  ofCalendar(calendarKey: string): Promise<readonly WatchRecord[]> {
    return Promise.resolve(this.all(calendarKey).filter(watch => watch.status !== "closed"));
  }

  begin(watch: WatchRecord, tokenHash: string): Promise<"recorded" | "unwanted"> {
    if (!this.wanted(watch.calendarKey)) return Promise.resolve("unwanted");
    this.records.set(watch.channelId, watch);
    this.hashes.set(watch.channelId, tokenHash);
    return Promise.resolve("recorded");
  }

  answered(channelId: string, resourceId: string, expiresAtMs: number): Promise<void> {
    this.patch(channelId, { resourceId, expiresAtMs });
    return Promise.resolve();
  }

  open(channelId: string): Promise<"open" | "unwanted"> {
    const self = this.records.get(channelId);
    if (self === undefined || !this.wanted(self.calendarKey)) return Promise.resolve("unwanted");
    if (self.status === "retiring" || self.status === "closed") return Promise.resolve("unwanted");
    this.patch(channelId, { status: "open" });
    return Promise.resolve("open");
  }

  retire(channelId: string): Promise<void> {
    this.patch(channelId, { status: "retiring" });
    return Promise.resolve();
  }

  close(channelId: string, quietUntilMs: number): Promise<void> {
    this.patch(channelId, { status: "closed", expiresAtMs: quietUntilMs });
    return Promise.resolve();
  }

  forget(channelId: string): Promise<void> {
    this.records.delete(channelId);
    return Promise.resolve();
  }

  markPushUnsupported(calendarKey: string): Promise<void> {
    const target = this.targets.get(calendarKey);
    if (target !== undefined) this.targets.set(calendarKey, { ...target, pushUnsupported: true });
    return Promise.resolve();
  }

  markAddressRefused(calendarKey: string): Promise<void> {
    const target = this.targets.get(calendarKey);
    if (target?.resource === "events") this.targets.set(calendarKey, { ...target, addressRefused: true });
    return Promise.resolve();
  }

  clearPushMarks(calendarKey: string): Promise<void> {
    const target = this.targets.get(calendarKey);
    if (target === undefined) return Promise.resolve();
    const { addressRefused, ...rest } = target;
    this.targets.set(calendarKey, { ...rest, pushUnsupported: false });
    return Promise.resolve();
  }

  async *survey(): AsyncGenerator<CalendarWatches> {
    const active = [...this.targets].filter(([, target]) => target.active).map(([key]) => key);
    const keys = new Set([...active, ...[...this.records.values()].map(watch => watch.calendarKey)]);
    for (const calendarKey of [...keys].sort()) {
      const target = this.targets.get(calendarKey);
      yield await Promise.resolve({
        calendarKey,
        watches: this.all(calendarKey),
        active:
          target?.active === true
            ? {
                pushUnsupported: target.pushUnsupported,
                addressRefused: target.addressRefused === true,
                resource: target.resource,
              }
            : undefined,
      });
    }
  }

  /** The `status` of every record, in the order of creation. */
  statuses(): string[] {
    return [...this.records.values()].map(watch => watch.status);
  }

  private all(calendarKey: string): WatchRecord[] {
    return [...this.records.values()].filter(watch => watch.calendarKey === calendarKey);
  }

  private wanted(calendarKey: string): boolean {
    return shouldBeWatched(this.targets.get(calendarKey));
  }

  private patch(channelId: string, fields: Partial<WatchRecord>): void {
    const record = this.records.get(channelId);
    if (record !== undefined) this.records.set(channelId, { ...record, ...fields });
  }
}

type OpenRequest = Parameters<PushChannels["open"]>[0];

/** Google's side: channels that are open, and prepared failures. */
export class FakeChannels implements PushChannels {
  readonly alive = new Map<string, OpenRequest>();
  /** Returned by the next calls instead of opening or stopping, one per call. */
  readonly openFailures: GoogleFailure[] = [];
  readonly stopFailures: GoogleFailure[] = [];
  /** Every call in order, e.g. `open <channelId>`. */
  readonly calls: string[] = [];
  /** Runs after Google has opened a channel and before its answer arrives. */
  beforeAnswer: (request: OpenRequest) => Promise<void> = () => Promise.resolve();
  private readonly expiresAtMs: () => number;

  constructor(expiresAtMs: () => number) {
    this.expiresAtMs = expiresAtMs;
  }

  async open(request: OpenRequest): Promise<OpenedChannel | GoogleFailure> {
    this.calls.push(`open ${request.channelId}`);
    const failure = this.openFailures.shift();
    if (failure !== undefined) return failure;
    this.alive.set(request.channelId, request);
    await this.beforeAnswer(request);
    return { kind: "opened", resourceId: "resource", expiresAtMs: this.expiresAtMs() };
  }

  stop({ channelId }: Parameters<PushChannels["stop"]>[0]): Promise<{ kind: "stopped" } | GoogleFailure> {
    this.calls.push(`stop ${channelId}`);
    const failure = this.stopFailures.shift();
    if (failure !== undefined) return Promise.resolve(failure);
    this.alive.delete(channelId);
    return Promise.resolve({ kind: "stopped" });
  }
}
