import type { IncomingMessage } from "node:http";

/** A request as handlers see it: read completely, nothing parsed but the address. */
export interface HttpRequest {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: Readonly<Record<string, string | undefined>>;
  body: Buffer;
}

/** An answer as handlers give it. */
export interface HttpAnswer {
  status: number;
  headers?: Record<string, string>;
  body?: string | Buffer;
}

/** Larger bodies are refused with 413, in bytes. */
const LARGEST_BODY = 5 * 1024 * 1024;

/** JSON with Google's content type. */
export function jsonAnswer(status: number, body: unknown, headers: Record<string, string> = {}): HttpAnswer {
  return {
    status,
    headers: { "content-type": "application/json; charset=UTF-8", ...headers },
    body: typeof body === "string" ? body : JSON.stringify(body),
  };
}

/** HTML. */
export function htmlAnswer(status: number, body: string): HttpAnswer {
  return {
    status,
    headers: { "content-type": "text/html; charset=UTF-8", "cache-control": "no-store" },
    body,
  };
}

/** Reads a body; undefined when it is too large (the rest is thrown away) or the client went away. */
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

/** Headers with one value each, names in lower case. */
export function flatHeaders(request: IncomingMessage): Record<string, string | undefined> {
  const flat: Record<string, string | undefined> = {};
  for (const [name, value] of Object.entries(request.headers))
    flat[name] = Array.isArray(value) ? value.join(", ") : value;
  return flat;
}
