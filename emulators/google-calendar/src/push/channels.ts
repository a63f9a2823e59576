import type { VirtualClock } from "../clock.ts";
import { SeededRandom } from "../random.ts";
import { KEPT_DELIVERIES, notificationHeaders } from "./channel.ts";
import type { Channel, Delivery, Message, ResourceState } from "./channel.ts";
import { PERFECT_PUSH } from "./push-options.ts";
import type { PushOptions } from "./push-options.ts";
import { WebhookSender } from "./webhook-sender.ts";

/** Google retries after these statuses, with exponential back-off (guides/push). */
const RETRIED: ReadonlySet<number> = new Set([500, 502, 503, 504]);
/** The longest delay between two attempts, in ms. */
const LONGEST_RETRY_MS = 3_600_000;
/** With `reorder`, the upper limit of the random delay is at least this, in ms. */
const REORDER_WITHIN_MS = 50;
/** The number of stopped and expired channels that are kept for `GET /_emulator/channels`. */
const KEPT_ENDED = 1_000;

/** The fields of a new channel. `Channels` adds the fields that change. */
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

/** All push channels and their deliveries. Designed for 10,000 open channels. */
export class Channels {
  readonly #clock: VirtualClock;
  readonly #sender = new WebhookSender();
  readonly #byId = new Map<string, Channel>();
  readonly #byResource = new Map<string, Set<Channel>>();
  /** Ids stay used after a channel stops [O]. */
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

  /** Changes how later messages are delivered. A seed makes drops and delays repeatable. */
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

  /** All channels that are kept, including stopped and expired channels. */
  all(): Iterable<Channel> {
    return this.#byId.values();
  }

  isLive(channel: Channel): boolean {
    return channel.stoppedAtMs === undefined && channel.expirationMs > this.#clock.now();
  }

  /** Opens a channel. Its first message is `sync`, which may arrive before the caller has its answer. */
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

  /** Stops a channel. Messages that are queued are still delivered. */
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

  /** Deletes all channels and the list of used ids, and restores the default delivery options. */
  clear(): void {
    this.#byId.clear();
    this.#byResource.clear();
    this.#usedIds.clear();
    this.#options = PERFECT_PUSH;
    this.#random = this.#ownRandom;
  }

  /** Stops the channels whose resource no longer exists. */
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
    // The message number of `sync` is 1. Later numbers increase, but are not sequential (guides/push).
    channel.messageNumber += state === "sync" ? 1 : this.#random.integer(1, 10_000);
    const message: Message = { number: channel.messageNumber, state, attempt: 1 };
    const { drop, duplicate, delayMs, reorder } = this.#options;
    if (drop > 0 && this.#random.chance(drop)) {
      channel.dropped += 1;
      return;
    }
    const copies = duplicate > 0 && this.#random.chance(duplicate) ? 2 : 1;
    // Messages can overtake each other only if their delays differ.
    const longest = reorder ? Math.max(delayMs[1], REORDER_WITHIN_MS) : delayMs[1];
    for (let copy = 0; copy < copies; copy += 1) {
      channel.queue.push({ message, dueAtMs: this.#clock.now() + this.#random.integer(delayMs[0], longest) });
    }
    this.#work(channel);
  }

  /** Sends the queued messages of a channel, one at a time. */
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
    // An unreachable webhook is retried like a webhook that answers 503 [I].
    const retry = result.kind === "failed" || RETRIED.has(result.status);
    if (retry) this.#retry(channel, message);
  }

  #retry(channel: Channel, message: Message): void {
    if (this.#closed || message.attempt >= this.#options.maxAttempts) return;
    const wait = Math.min(this.#options.retryBaseMs * 2 ** (message.attempt - 1), LONGEST_RETRY_MS);
    const jittered = wait * (0.75 + this.#random.next() / 2);
    this.#clock.schedule(jittered, () => {
      // A retry does not go through the queue, so it does not delay later messages.
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
