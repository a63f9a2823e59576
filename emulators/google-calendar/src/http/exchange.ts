import type { IncomingMessage } from "node:http";

/** A request. Its body is complete and not parsed. */
export interface HttpRequest {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: Readonly<Record<string, string | undefined>>;
  body: Buffer;
}

/** An answer of a handler. */
export interface HttpAnswer {
  status: number;
  headers?: Record<string, string>;
  body?: string | Buffer;
}

/** The largest body, in bytes. Larger bodies get 413. */
const LARGEST_BODY = 5 * 1024 * 1024;

/** A JSON answer with Google's content type. A string is sent unchanged: it must already be JSON. */
export function jsonAnswer(status: number, body: unknown, headers: Record<string, string> = {}): HttpAnswer {
  return {
    status,
    headers: { "content-type": "application/json; charset=UTF-8", ...headers },
    body: typeof body === "string" ? body : JSON.stringify(body),
  };
}

/** An HTML answer. */
export function htmlAnswer(status: number, body: string): HttpAnswer {
  return {
    status,
    headers: { "content-type": "text/html; charset=UTF-8", "cache-control": "no-store" },
    body,
  };
}

/**
 * Reads the body of a request. Undefined if the body is too large (the rest is discarded) or the client closed the
 * connection.
 */
export async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of request) {
      if (!Buffer.isBuffer(chunk)) continue;
      size += chunk.length;
      if (size <= LARGEST_BODY) chunks.push(chunk);
    }
  } catch {
    return undefined;
  }
  return size > LARGEST_BODY ? undefined : Buffer.concat(chunks);
}

/** Headers with one value per name, names in lower case. */
export function flatHeaders(request: IncomingMessage): Record<string, string | undefined> {
  const flat: Record<string, string | undefined> = {};
  for (const [name, value] of Object.entries(request.headers))
    flat[name] = Array.isArray(value) ? value.join(", ") : value;
  return flat;
}
