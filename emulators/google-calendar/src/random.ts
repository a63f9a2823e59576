const BASE32HEX = "0123456789abcdefghijklmnopqrstuv";
const BASE64URL = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/**
 * Seeded randomness (mulberry32), so that ids, dropped notifications and probabilistic faults repeat from run to
 * run. Not for secrets: whatever it makes is worth something to this emulator only.
 */
export class SeededRandom {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** A number in [0, 1). */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  }

  /** An integer in [min, max]. */
  integer(min: number, max: number): number {
    return min + Math.floor(this.next() * (max - min + 1));
  }

  /** True with the given probability (0 to 1). */
  chance(probability: number): boolean {
    return this.next() < probability;
  }

  /** An id as Google makes them for events: 26 characters of base32hex. */
  eventId(): string {
    return this.#text(BASE32HEX, 26);
  }

  /** Opaque text of base64url characters, for tokens and codes. */
  opaque(length: number): string {
    return this.#text(BASE64URL, length);
  }

  #text(alphabet: string, length: number): string {
    let text = "";
    for (let index = 0; index < length; index += 1)
      text += alphabet.charAt(this.integer(0, alphabet.length - 1));
    return text;
  }
}
