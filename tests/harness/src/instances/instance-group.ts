import { startInstance, type Instance, type InstanceOptions } from "./instance.ts";
import type { DeployedFunction, ToInstance } from "./messages.ts";
import type { ClockSettings } from "./process-clock.ts";

export interface GroupOptions extends InstanceOptions {
  /** Undefined: real time. Asked at each start, for time goes on. */
  readonly clock?: () => ClockSettings;
}

/** Several instances of the same functions, which share requests in turn; they can be killed and replaced. */
export class InstanceGroup {
  readonly all: Instance[] = [];
  functions: Readonly<Record<string, DeployedFunction>> = {};
  /** Instances that ended by themselves: their last words. */
  readonly crashes: string[] = [];
  #options: GroupOptions | undefined;
  #turn = 0;
  #closed = false;

  async start(count: number, options: GroupOptions): Promise<void> {
    this.#options = options;
    for (let started = 0; started < count; started++) await this.add();
  }

  /** Starts one more. */
  async add(): Promise<Instance> {
    if (this.#options === undefined) throw new Error("not started");
    const { clock, environment, ...rest } = this.#options;
    const instance = await startInstance({
      ...rest,
      onCrash: lastWords => this.crashes.push(lastWords),
      environment: { ...environment, ...(clock && { HARNESS_CLOCK: JSON.stringify(clock()) }) },
    });
    if (this.#closed) await instance.kill();
    // It may have been jumped while the process was starting.
    else if (clock !== undefined) instance.send({ kind: "clock", offsetMs: clock().offsetMs });
    this.functions = instance.functions;
    this.all.push(instance);
    return instance;
  }

  /** One with another bundle and the same environment, outside of the group. */
  async startOther(
    other: Pick<InstanceOptions, "bundle" | "functions"> & Partial<Pick<InstanceOptions, "nodeArgs">>,
  ): Promise<Instance> {
    if (this.#options === undefined) throw new Error("not started");
    return await startInstance({ ...this.#options, ...other });
  }

  /** A fresh one in the place of all there are. */
  async replaceAll(): Promise<Instance> {
    for (const instance of [...this.all]) await this.kill(instance);
    return await this.add();
  }

  /** SIGKILL, in the middle of whatever it does. */
  async kill(instance: Instance): Promise<void> {
    this.all.splice(this.all.indexOf(instance), 1);
    await instance.kill();
  }

  /** The port of the instance whose turn it is. */
  nextPort(): number | undefined {
    const alive = this.all.filter(instance => instance.isAlive());
    this.#turn += 1;
    return alive[this.#turn % Math.max(1, alive.length)]?.port;
  }

  broadcast(message: ToInstance): void {
    for (const instance of this.all) instance.send(message);
  }

  /** Kills all of them. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all(this.all.splice(0).map(instance => instance.kill()));
  }
}
