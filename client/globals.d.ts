/*
 * The only globals of the sources that ECMAScript does not define. Browsers, Node and React Native (with polyfills for
 * `URL` and `crypto`) have them. With TypeScript's DOM library instead, the sources could use `document`, which servers
 * do not have.
 */

interface URL {
  hash: string;
  readonly href: string;
  readonly searchParams: { get(name: string): string | null; delete(name: string): void };
}

declare const URL: new (address: string) => URL;

declare const crypto: { randomUUID(): string };

declare function setTimeout(run: () => void, ms: number): unknown;
declare function clearTimeout(timer: unknown): void;
