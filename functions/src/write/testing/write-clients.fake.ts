import { createEventWrites } from "../../google/event-writes.adapter.ts";
import type { CalendarEvent } from "../../model/calendar-event.ts";
import type { SyncPorts } from "../../ports/sync.port.ts";
import type { MemoryDocuments } from "../../sync/testing/memory-documents.fake.ts";
import type { Choose } from "../../sync/testing/schedule.fake.ts";
import type { Gate, PendingCall, Worker, Workers } from "../../sync/testing/workers.fake.ts";
import type { WritePorts } from "../write-context.ts";
import { type Asked, chooseWrite, run } from "./asked-writes.fake.ts";
import { callerOver, type GoogleAnswer, type GoogleRequest } from "./local-google.fake.ts";
import { idOf } from "./two-calendars.fake.ts";
import { expectDeleted } from "./write-invariants.fake.ts";
import type { Invocation, Resource, WriteLedger } from "./write-ledger.fake.ts";

/** What can happen next. */
export interface Action {
  readonly weight: number;
  readonly label: string;
  readonly run: () => unknown;
}
export const act = (weight: number, label: string, run: () => unknown): Action => ({ weight, label, run });

interface Client {
  readonly name: string;
  /** What it has on the screen, which may be old. */
  view: ReadonlyMap<string, ReadonlyMap<string, CalendarEvent>>;
  running: number;
  callsLeft: number;
  /** A call whose outcome the client does not know. */
  repeat: { readonly asked: Asked; readonly left: number } | undefined;
}

const noQuota: GoogleAnswer = {
  status: 403,
  data: { error: { errors: [{ domain: "usageLimits", reason: "rateLimitExceeded" }], code: 403 } },
};

/** What a test breaks on purpose. */
export interface Broken {
  readonly google?: (google: WritePorts["google"]) => WritePorts["google"];
  readonly ports?: (ports: WritePorts) => WritePorts;
}

/** Two clients, and the runs of the callables that they call. */
export class WriteClients {
  readonly #clients: Client[];
  readonly #choose: Choose;
  readonly #documents: MemoryDocuments;
  readonly #workers: Workers;
  readonly #ledger: WriteLedger;
  readonly #trace: string[];
  readonly #fail: (problem: unknown) => void;
  readonly #broken: Broken;
  readonly #runs = new Map<Worker, { readonly invocation: Invocation; readonly died: () => void }>();
  #refusesNext = false;
  #names = 0;

  constructor(parts: {
    readonly choose: Choose;
    readonly documents: MemoryDocuments;
    readonly workers: Workers;
    readonly ledger: WriteLedger;
    readonly trace: string[];
    readonly fail: (problem: unknown) => void;
    readonly broken: Broken;
  }) {
    this.#choose = parts.choose;
    this.#documents = parts.documents;
    this.#workers = parts.workers;
    this.#ledger = parts.ledger;
    this.#trace = parts.trace;
    this.#fail = parts.fail;
    this.#broken = parts.broken;
    const fresh = { running: 0, callsLeft: 5, repeat: undefined };
    this.#clients = ["left", "right"].map(name => ({ name, view: new Map(), ...fresh }));
  }

  /** Every client reads its calendars. */
  look(): void {
    for (const client of this.#clients) this.#look(client);
  }

  /** The repetitions that clients still want to make. */
  repeats(): Action[] {
    return this.#clients.flatMap(client => {
      const { repeat, running } = client;
      if (repeat === undefined || running > 0) return [];
      return [
        act(3, `${client.name} repeats ${repeat.asked.mark}`, () => {
          this.#ledger.count("repeated calls");
          this.#call(client, repeat.asked, repeat.left - 1);
        }),
      ];
    });
  }

  users(): Action[] {
    return this.#clients.flatMap(client => {
      const { name, running, callsLeft, repeat } = client;
      const again = this.#ledger.invocations.findLast(
        one => one.state === "running" && one.name.startsWith(name),
      );
      return [
        act(1.5, `${name} looks`, () => {
          this.#look(client);
        }),
        ...(running === 0 && callsLeft > 0 && repeat === undefined
          ? [
              act(3, `${name} calls`, () => {
                this.#callNew(client);
              }),
            ]
          : []),
        ...(running === 1 && again !== undefined
          ? [
              act(0.4, `${name} calls ${again.asked.mark} twice`, () => {
                this.#ledger.count("calls at the same time");
                this.#call(client, again.asked, 0);
              }),
            ]
          : []),
      ];
    });
  }

  /** The calls that runs of the callables wait for. */
  pending(): PendingCall[] {
    return this.#workers.pending.filter(({ worker }) => this.#runs.has(worker));
  }

  /** Google refuses a call. */
  refuse(call: PendingCall): void {
    this.#refusesNext = true;
    call.perform();
  }

  kill(worker: Worker): void {
    const { invocation, died } = this.#runs.get(worker) ?? {};
    this.#workers.kill(worker);
    if (invocation !== undefined) invocation.state = "dead";
    died?.();
  }

  #look(client: Client): void {
    client.view = new Map([...idOf.keys()].map(key => [key, new Map(this.#documents.eventsOf(key))]));
  }

  #callNew(client: Client): void {
    const keys = [...idOf.keys()];
    const [key = "", other = ""] = this.#choose([3, 1]) === 0 ? keys : keys.reverse();
    const mark = `${client.name}${client.callsLeft}`;
    client.callsLeft -= 1;
    this.#call(client, chooseWrite(this.#choose, key, other, client.view.get(key) ?? new Map(), mark), 2);
  }

  #call(client: Client, asked: Asked, repeatsLeft: number): void {
    const name = `${client.name}-${++this.#names}`;
    const { work, input } = asked;
    this.#trace.push(`  ${name}: ${work} ${JSON.stringify(input)}`);
    this.#ledger.count("calls");
    const invocation: Invocation = {
      name,
      asked,
      read: new Map(),
      stored: new Set(),
      writes: [],
      state: "running",
    };
    this.#ledger.invocations.push(invocation);
    client.running += 1;
    client.repeat = undefined;
    const again = () => {
      client.running -= 1;
      client.repeat =
        repeatsLeft > 0 && this.#choose([1, 3]) === 1 ? { asked, left: repeatsLeft } : undefined;
    };
    const worker = this.#workers.start(
      name,
      0,
      (ports, gate) => run(this.#portsOf(invocation, ports, gate), asked),
      ended => {
        invocation.state = "ended";
        if ("error" in ended) {
          this.#fail(ended.error);
          return;
        }
        const { value } = ended;
        invocation.outcome = value;
        const said = value.kind === "written" ? "accepted" : value.because;
        this.#trace.push(`  ${name}: ${said}`);
        this.#ledger.count(value.kind === "written" ? `accepted ${work}` : said);
        if (value.kind === "failed" && /^(outcomeUnknown|unavailable|quota)$/.test(value.because)) again();
        else client.running -= 1;
        const calendarId = idOf.get(input.calendarKey) ?? "";
        expectDeleted(invocation, this.#ledger, calendarId).catch(this.#fail);
      },
    );
    this.#runs.set(worker, { invocation, died: again });
  }

  #portsOf(invocation: Invocation, ports: SyncPorts, gate: Gate): WritePorts {
    const send = async (request: GoogleRequest): Promise<GoogleAnswer> => {
      const label = `Google ${request.method} ${request.path.slice(2).join("/")}`;
      const answer = await gate(label, async () => {
        if (!this.#refusesNext) return await this.#carryOut(invocation, request);
        this.#refusesNext = false;
        return noQuota;
      });
      noteRead(invocation, answer);
      return answer;
    };
    const google = createEventWrites(callerOver(send));
    const { store, tasks, newId, log } = ports;
    const own: WritePorts = {
      google: this.#broken.google?.(google) ?? google,
      store: {
        read: key => store.read(key),
        fingerprints: (...ids) => store.fingerprints(...ids),
        series: async (key, ids) => {
          const found = await store.series(key, ids);
          for (const { master } of found) if (master !== null) invocation.stored.add(master.event.etag);
          return found;
        },
      },
      tasks,
      newId,
      log,
    };
    return this.#broken.ports?.(own) ?? own;
  }

  async #carryOut(invocation: Invocation, request: GoogleRequest): Promise<GoogleAnswer> {
    try {
      return await this.#ledger.carryOut(invocation, request);
    } catch (error) {
      this.#fail(error);
      throw error;
    }
  }
}

function noteRead({ read }: Invocation, { status, data }: GoogleAnswer): void {
  if (status >= 300 || data === undefined) return;
  const { items = [data] } = data as { readonly items?: readonly unknown[] };
  for (const { id, etag } of items as readonly Resource[])
    read.set(id, (read.get(id) ?? new Set()).add(etag));
}
