/**
 * Data from Google that cannot be read. This is an expected outcome, so it is returned and not thrown. `reason` is a
 * sentence fragment for logs, with at most a few characters of the data.
 */
export type Malformed = { readonly kind: "malformed"; readonly reason: string };

/** The result of a parser. */
export type Parsed<T> = { readonly kind: "parsed"; readonly value: T } | Malformed;

export function malformed(reason: string): Malformed {
  return { kind: "malformed", reason };
}

export function parsed<T>(value: T): Parsed<T> {
  return { kind: "parsed", value };
}

/** Shortens a quotation, so that hostile data cannot fill a log line. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
}
