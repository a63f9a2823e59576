import { startInstance, type Instance, type InstanceOptions } from "./instance.ts";
import type { DeployedFunction, ToInstance } from "./messages.ts";
import type { ClockSettings } from "./process-clock.ts";

export interface GroupOptions extends InstanceOptions {
  /** Undefined: real time. Called at each start, because the settings change with the time. */
  readonly clock?: () => ClockSettings;
}

/** Several instances of the same functions, which receive requests in turn. They can be killed and replaced. */
export class InstanceGroup {
  readonly all: Instance[] = [];
  functions: Readonly<Record<string, DeployedFunction>> = {};
  /** The last output of instances that ended unexpectedly. */
  readonly crashes: string[] = [];
  #options: GroupOptions | undefined;
  #turn = 0;
  #closed = false;

  async start(count: number, options: GroupOptions): Promise<void> {
    this.#options = options;
    for (let started = 0; started < count; started++) await this.add();
  }

  /** Starts another instance. */
  async add(): Promise<Instance> {
    if (this.#options === undefined) throw new Error("not started");
    const { clock, environment, ...rest } = this.#options;
    const instance = await startInstance({
      ...rest,
      onCrash: lastWords => this.crashes.push(lastWords),
      environment: { ...environment, ...(clock && { HARNESS_CLOCK: JSON.stringify(clock()) }) },
    });
    if (this.#closed) await instance.kill();
    // The clock may have jumped while the process was starting.
    else if (clock !== undefined) instance.send({ kind: "clock", offsetMs: clock().offsetMs });
    this.functions = instance.functions;
    this.all.push(instance);
    return instance;
  }

  /** Starts an instance with another bundle and the same environment, outside of the group. */
  async startOther(
    other: Pick<InstanceOptions, "bundle" | "functions"> & Partial<Pick<InstanceOptions, "nodeArgs">>,
  ): Promise<Instance> {
    if (this.#options === undefined) throw new Error("not started");
    return await startInstance({ ...this.#options, ...other });
  }

  /** Replaces all instances by a new one. */
  async replaceAll(): Promise<Instance> {
    for (const instance of [...this.all]) await this.kill(instance);
    return await this.add();
  }

  /** Kills an instance with SIGKILL, at any point of its work. */
  async kill(instance: Instance): Promise<void> {
    this.all.splice(this.all.indexOf(instance), 1);
    await instance.kill();
  }

  /** The port of the next instance in turn. */
  nextPort(): number | undefined {
    const alive = this.all.filter(instance => instance.isAlive());
    this.#turn += 1;
    return alive[this.#turn % Math.max(1, alive.length)]?.port;
  }

  broadcast(message: ToInstance): void {
    for (const instance of this.all) instance.send(message);
  }

  /** Kills all instances. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all(this.all.splice(0).map(instance => instance.kill()));
  }
}
