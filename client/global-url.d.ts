/*
 * The only global of the sources that ECMAScript does not define. Browsers, Node and React Native (with a polyfill)
 * have it. With TypeScript's DOM library instead, the sources could use `document`, which servers do not have.
 */

interface URL {
  hash: string;
  readonly href: string;
  readonly searchParams: { get(name: string): string | null; delete(name: string): void };
}

declare const URL: new (address: string) => URL;
