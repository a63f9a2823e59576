import type { VirtualClock } from "../clock.ts";
import { SeededRandom } from "../random.ts";
import { KEPT_DELIVERIES, notificationHeaders } from "./channel.ts";
import type { Channel, Delivery, Message, ResourceState } from "./channel.ts";
import { PERFECT_PUSH } from "./push-options.ts";
import type { PushOptions } from "./push-options.ts";
import { WebhookSender } from "./webhook-sender.ts";

/** Google tries these again, with exponential back-off (guides/push). */
const RETRIED: ReadonlySet<number> = new Set([500, 502, 503, 504]);
/** The longest wait between two attempts, in ms. */
const LONGEST_RETRY_MS = 3_600_000;
/** With `reorder`, messages wait up to this long, in ms. */
const REORDER_WITHIN_MS = 50;
/** Stopped and expired channels that are remembered for the control surface. */
const KEPT_ENDED = 1_000;

/** What a channel is made of; the registry adds what changes. */
export type NewChannel = Pick<
  Channel,
  | "id"
  | "resource"
  | "resourceId"
  | "resourceUri"
  | "calendarId"
  | "email"
  | "clientId"
  | "address"
  | "token"
  | "expirationMs"
>;

/** Every push channel, and the deliveries on them. Built for 10,000 live channels. */
export class Channels {
  readonly #clock: VirtualClock;
  readonly #sender = new WebhookSender();
  readonly #byId = new Map<string, Channel>();
  readonly #byResource = new Map<string, Set<Channel>>();
  /** Ids are taken for good, also after a stop [O]. */
  readonly #usedIds = new Set<string>();
  #options: PushOptions = PERFECT_PUSH;
  #random: SeededRandom;
  #closed = false;
  readonly #ownRandom: SeededRandom;

  constructor(clock: VirtualClock, random: SeededRandom) {
    this.#clock = clock;
    this.#random = random;
    this.#ownRandom = random;
  }

  get options(): PushOptions {
    return this.#options;
  }

  /** Changes how messages are delivered from now on; a seed makes drops and delays repeatable. */
  configure(options: PushOptions, seed: number | undefined): void {
    this.#options = options;
    if (seed !== undefined) this.#random = new SeededRandom(seed);
    if (!options.paused) for (const channel of this.#byId.values()) this.#work(channel);
  }

  isUsed(id: string): boolean {
    return this.#usedIds.has(id);
  }

  get(id: string): Channel | undefined {
    return this.#byId.get(id);
  }

  /** Every channel that is remembered, ended ones included. */
  all(): Iterable<Channel> {
    return this.#byId.values();
  }

  isLive(channel: Channel): boolean {
    return channel.stoppedAtMs === undefined && channel.expirationMs > this.#clock.now();
  }

  /** Opens a channel; its first message is `sync` and may arrive before the caller has answered. */
  open(definition: NewChannel): Channel {
    const channel: Channel = {
      ...definition,
      messageNumber: 0,
      stoppedAtMs: undefined,
      deliveries: [],
      dropped: 0,
      queue: [],
      sending: false,
      coalescing: false,
    };
    this.#usedIds.add(channel.id);
    this.#byId.set(channel.id, channel);
    const siblings = this.#byResource.get(channel.resource) ?? new Set();
    siblings.add(channel);
    this.#byResource.set(channel.resource, siblings);
    this.#enqueue(channel, "sync");
    return channel;
  }

  /** Stops a channel. What is on its way still arrives. */
  stop(channel: Channel): void {
    channel.stoppedAtMs ??= this.#clock.real();
    this.#byResource.get(channel.resource)?.delete(channel);
    this.#forgetOldest();
  }

  /** Queues a message on every live channel of a resource. */
  notify(resource: string, state: ResourceState = "exists"): void {
    const siblings = this.#byResource.get(resource);
    if (siblings === undefined) return;
    for (const channel of siblings) {
      if (!this.isLive(channel)) this.stop(channel);
      else if (this.#options.coalesceMs === 0) this.#enqueue(channel, state);
      else this.#coalesce(channel, state);
    }
  }

  /** Forgets every channel, and that its id was ever used. */
  clear(): void {
    this.#byId.clear();
    this.#byResource.clear();
    this.#usedIds.clear();
    this.#options = PERFECT_PUSH;
    this.#random = this.#ownRandom;
  }

  /** Ends the channels of resources that are gone. */
  drop(isGone: (channel: Channel) => boolean): void {
    for (const channel of this.#byId.values()) if (isGone(channel)) this.stop(channel);
  }

  close(): void {
    this.#closed = true;
    this.clear();
    this.#sender.close();
  }

  #coalesce(channel: Channel, state: ResourceState): void {
    if (channel.coalescing) return;
    channel.coalescing = true;
    this.#clock.schedule(this.#options.coalesceMs, () => {
      channel.coalescing = false;
      this.#enqueue(channel, state);
    });
  }

  #enqueue(channel: Channel, state: ResourceState): void {
    // `sync` is always 1; after it numbers grow, but are not sequential (guides/push).
    channel.messageNumber += state === "sync" ? 1 : this.#random.integer(1, 10_000);
    const message: Message = { number: channel.messageNumber, state, attempt: 1 };
    const { drop, duplicate, delayMs, reorder } = this.#options;
    if (drop > 0 && this.#random.chance(drop)) {
      channel.dropped += 1;
      return;
    }
    const copies = duplicate > 0 && this.#random.chance(duplicate) ? 2 : 1;
    // Messages that may overtake one another need some time in which to do it.
    const longest = reorder ? Math.max(delayMs[1], REORDER_WITHIN_MS) : delayMs[1];
    for (let copy = 0; copy < copies; copy += 1) {
      channel.queue.push({ message, dueAtMs: this.#clock.now() + this.#random.integer(delayMs[0], longest) });
    }
    this.#work(channel);
  }

  /** Sends what waits on a channel, one message after the other. */
  #work(channel: Channel): void {
    if (this.#closed || channel.sending || this.#options.paused || channel.queue.length === 0) return;
    channel.sending = true;
    const now = this.#clock.now();
    const dueAtMs = channel.queue[this.#nextOf(channel)]?.dueAtMs ?? now;
    this.#clock.schedule(Math.max(0, dueAtMs - now), () => {
      if (this.#options.paused || this.#byId.get(channel.id) !== channel) {
        channel.sending = false;
        return;
      }
      const [next] = channel.queue.splice(this.#nextOf(channel), 1);
      if (next === undefined) {
        channel.sending = false;
        return;
      }
      void this.#send(channel, next.message).then(() => {
        channel.sending = false;
        this.#work(channel);
      });
    });
  }

  #nextOf(channel: Channel): number {
    return this.#options.reorder ? indexOfEarliest(channel.queue) : 0;
  }

  async #send(channel: Channel, message: Message): Promise<void> {
    const delivery: Delivery = {
      at: this.#clock.real(),
      messageNumber: message.number,
      state: message.state,
      attempt: message.attempt,
    };
    channel.deliveries.push(delivery);
    if (channel.deliveries.length > KEPT_DELIVERIES) channel.deliveries.shift();
    const result = await this.#sender.post(channel.address, notificationHeaders(channel, message));
    delivery.answeredAt = this.#clock.real();
    if (result.kind === "answered") delivery.status = result.status;
    else delivery.error = result.error;
    // A webhook that cannot be reached counts like one that answers 503 [I].
    const retry = result.kind === "failed" || RETRIED.has(result.status);
    if (retry) this.#retry(channel, message);
  }

  #retry(channel: Channel, message: Message): void {
    if (this.#closed || message.attempt >= this.#options.maxAttempts) return;
    const wait = Math.min(this.#options.retryBaseMs * 2 ** (message.attempt - 1), LONGEST_RETRY_MS);
    const jittered = wait * (0.75 + this.#random.next() / 2);
    this.#clock.schedule(jittered, () => {
      // A retry stands outside the queue: what changed since is not held up by it.
      if (this.#byId.get(channel.id) === channel)
        void this.#send(channel, { ...message, attempt: message.attempt + 1 });
    });
  }

  #forgetOldest(): void {
    let ended = 0;
    for (const channel of this.#byId.values()) if (channel.stoppedAtMs !== undefined) ended += 1;
    for (const [id, channel] of this.#byId) {
      if (ended <= KEPT_ENDED) break;
      if (channel.stoppedAtMs === undefined) continue;
      this.#byId.delete(id);
      ended -= 1;
    }
  }
}

function indexOfEarliest(queue: readonly { dueAtMs: number }[]): number {
  let earliest = 0;
  for (const [index, entry] of queue.entries()) {
    if (entry.dueAtMs < (queue[earliest]?.dueAtMs ?? Infinity)) earliest = index;
  }
  return earliest;
}
