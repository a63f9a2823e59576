import type { PushChannels, WatchRecord, WatchTarget } from "../ports/watch.port.ts";
import type { GoogleFailure, GoogleFailureReason } from "../model/google-failure.ts";
import type { SyncTask, WatchTask } from "../ports/tasks.port.ts";
import { type MaintainOutcome, maintainWatch, type MaintainWatchPorts } from "./maintain-watch.ts";
import { FakeChannels, FakeWatches } from "./watches.fake.ts";

export const dayMs = 86_400_000;
export const calendarKey = "k".repeat(22);

export function failed(reason: GoogleFailureReason, status?: number): GoogleFailure {
  return { kind: "failed", reason, ...(status !== undefined && { status }) };
}

interface LogLine {
  readonly level: "info" | "warn" | "error" | "alarm";
  readonly fields: Readonly<Record<string, unknown>> | undefined;
}

/** One calendar that should be watched, with all ports of `maintainWatch`; records their calls. */
export class WatchWorld {
  nowMs = 1_800_000_000_000;
  readonly watches = new FakeWatches();
  readonly channels = new FakeChannels(() => this.nowMs + 7 * dayMs);
  readonly syncs: SyncTask[] = [];
  /** Accounts for which a listing was queued. */
  readonly lists: string[] = [];
  readonly taskIds: string[] = [];
  readonly logged: LogLine[] = [];
  readonly reauth: string[] = [];
  /** Alarms for the operator. */
  readonly alarms: string[] = [];
  /** The outcome of `noteRefusal`. */
  refusal: "required" | "wait" | "superseded" = "wait";
  /** Calls of `noteRefusal` and `noteAccepted`, in order. */
  readonly noted: string[] = [];
  /** True: the refused call was made with an older connection. */
  superseded = false;
  queueDown = false;
  #ids = 0;

  constructor() {
    this.watches.targets.set(calendarKey, {
      calendarKey,
      resource: "events",
      uid: "uid",
      accountId: "acc",
      calendarId: "me@example.com",
      active: true,
      pushUnsupported: false,
      epoch: 7,
    });
  }

  /**
   * @param channels replaces the world's own channels
   */
  async run(action: WatchTask["action"], channels: PushChannels = this.channels): Promise<MaintainOutcome> {
    return await maintainWatch({ ...this.#ports, channels }, { calendarKey, action });
  }

  /** Changes the calendar, as another worker or the user would. */
  change(fields: Partial<WatchTarget>): void {
    const target = this.watches.targets.get(calendarKey);
    if (target === undefined) throw new Error("the calendar is gone");
    this.watches.targets.set(calendarKey, { ...target, ...fields });
  }

  record(channelId: string): WatchRecord | undefined {
    return this.watches.records.get(channelId);
  }

  /** The only open channel record. Throws if there is not exactly one. */
  only(): WatchRecord {
    const [first, ...others] = [...this.watches.records.values()].filter(({ status }) => status === "open");
    if (first === undefined || others.length > 0) throw new Error("not exactly one open channel");
    return first;
  }

  get #ports(): MaintainWatchPorts {
    const log = (level: LogLine["level"]) => (_: string, fields?: LogLine["fields"]) => {
      this.logged.push({ level, fields });
    };
    return {
      watches: this.watches,
      channels: this.channels,
      tasks: {
        syncCalendar: (task, { id }) => {
          if (this.queueDown) return Promise.reject(new Error("queue down"));
          this.syncs.push(task);
          this.taskIds.push(id);
          return Promise.resolve("created");
        },
        syncCalendarList: ({ accountId }, { id }) => {
          this.lists.push(accountId);
          this.taskIds.push(id);
          return Promise.resolve("created");
        },
      },
      accountStatus: {
        requireReauth: accountId => {
          this.reauth.push(accountId);
          return Promise.resolve(this.superseded ? "superseded" : "required");
        },
        noteRefusal: accountId => {
          this.noted.push(`refused ${accountId}`);
          return Promise.resolve(this.refusal);
        },
        noteAccepted: accountId => {
          this.noted.push(`accepted ${accountId}`);
          return Promise.resolve();
        },
      },
      clock: { now: () => this.nowMs, sleep: () => Promise.resolve() },
      newId: length => String(this.#ids++).padStart(length, "0"),
      log: {
        info: log("info"),
        warn: log("warn"),
        error: log("error"),
        alarm: event => {
          this.alarms.push(event);
        },
      },
    };
  }
}
