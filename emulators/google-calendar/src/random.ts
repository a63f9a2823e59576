const BASE32HEX = "0123456789abcdefghijklmnopqrstuv";
const BASE64URL = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/**
 * A seeded random generator (mulberry32): with the same seed, ids, dropped notifications and faults by probability
 * are the same in every run. Not for secrets outside this emulator.
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

  /** An event id in Google's form: 26 characters of base32hex. */
  eventId(): string {
    return this.#text(BASE32HEX, 26);
  }

  /** Random base64url characters, for tokens and codes. */
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
