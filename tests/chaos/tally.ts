import type { Harness } from "@firestore-calendar-sync/harness";

/** Counts by name, for the report and for sums over many seeds. */
export type Counts = Readonly<Record<string, number>>;

/** The fields of a `sync` log line that are added up. */
const counted = ["passes", "apiCalls", "written", "deleted", "malformed"] as const;

/** Counts the work of instances, queues and the local Google. */
export class Tally {
  readonly #sums: Record<string, number> = {};

  /** Adds the fields of a log line, if it is a `sync` line. */
  note(line: string): void {
    if (!line.includes('"message":"sync"')) return;
    const fields = JSON.parse(line) as Readonly<Record<string, unknown>>;
    for (const name of counted) this.#add(`sync: ${name}`, Number(fields[name] ?? 0));
    this.#add(`sync: ended ${String(fields["outcome"])}`, 1);
  }

  /** Counts a call of a function that writes, by its answer's code. */
  noteWrite(name: string, code: string): void {
    this.#add(`${name} ${code}`, 1);
  }

  #add(name: string, by: number): void {
    this.#sums[name] = (this.#sums[name] ?? 0) + by;
  }

  /** All counts so far. */
  async counts({ tasks, control }: Harness): Promise<Counts> {
    const channels = await control.channels();
    const deliveries = channels.flatMap(channel => channel.deliveries);
    const queues = [...tasks.queues.values()].map(queue => queue.stats);
    const sum = (of: keyof (typeof queues)[number]): number =>
      queues.reduce((total, each) => total + each[of], 0);
    const requests = await control.requests();
    const lists = requests.filter(({ method, path }) => method === "GET" && path.endsWith("/events"));
    // The users' own Google clients call events.list too, but never with `fields`.
    const ours = lists.filter(({ query }) => query.includes("fields="));
    return {
      "channels opened": channels.length,
      "notifications lost by Google": channels.reduce((total, { dropped }) => total + dropped, 0),
      "notifications delivered": deliveries.filter(({ status = 500 }) => status < 300).length,
      "notifications answered otherwise, or not": deliveries.filter(({ status = 500 }) => status >= 300)
        .length,
      "tasks created": sum("created"),
      "tasks refused as doubles": sum("refused"),
      "task deliveries": sum("dispatched"),
      "task deliveries doubled by the queue": sum("doubled"),
      "task deliveries failed": sum("failed"),
      "tasks given up": sum("lost"),
      "lists with a sync token": ours.filter(({ query }) => query.includes("syncToken=")).length,
      "lists without, for full syncs": ours.filter(({ query }) => query.includes("timeMin=")).length,
      "calls that Google failed": requests.filter(({ status }) => status === 429 || status >= 500).length,
      ...this.#sums,
    };
  }
}
