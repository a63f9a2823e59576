import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { flatHeaders, jsonAnswer, readBody } from "./exchange.ts";
import type { HttpAnswer, HttpRequest } from "./exchange.ts";

/** The result of a handler: an answer, or "cut" to close the connection without an answer. */
export type Outcome = HttpAnswer | "cut";

/** A listening server. */
export interface Listening {
  port: number;
  close: () => Promise<void>;
}

/**
 * Listens and passes every complete request to `handle`. If `handle` throws, logs the error and answers 500; an error
 * never ends the process.
 */
export async function listen(
  options: { host: string; port: number; log: (line: string) => void },
  handle: (request: HttpRequest) => Promise<Outcome>,
): Promise<Listening> {
  const server = createServer({ keepAliveTimeout: 30_000 }, (request, response) => {
    void serve(request, response, handle, options.log);
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port, options.host, () => {
      server.off("error", reject);
      resolve();
    });
  });
  server.on("clientError", (_error, socket) => {
    // The request is not valid HTTP. The answer has the usual error body.
    const body = JSON.stringify(errorBody(400, "badRequest", "Bad Request"));
    const head = [
      "HTTP/1.1 400 Bad Request",
      "connection: close",
      "content-type: application/json",
      `content-length: ${body.length}`,
    ];
    if (socket.writable) socket.end(`${head.join("\r\n")}\r\n\r\n${body}`);
    else socket.destroy();
  });
  return {
    port: portOf(server),
    close: async () => {
      await close(server);
    },
  };
}

function portOf(server: Server): number {
  const address: AddressInfo | string | null = server.address();
  return typeof address === "object" && address !== null ? address.port : 0;
}

async function close(server: Server): Promise<void> {
  await new Promise<void>(resolve => {
    server.close(() => {
      resolve();
    });
    server.closeAllConnections();
  });
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  handle: (request: HttpRequest) => Promise<Outcome>,
  log: (line: string) => void,
): Promise<void> {
  response.on("error", () => {
    response.destroy();
  });
  try {
    const body = await readBody(request);
    if (body === undefined) {
      write(response, jsonAnswer(413, errorBody(413, "uploadTooLarge", "Request Entity Too Large")), request);
      return;
    }
    // The host is ignored. The target is not parsed with `URL`, because `URL` throws for a target without a path.
    const target = request.url ?? "/";
    const mark = target.indexOf("?");
    const outcome = await handle({
      method: request.method ?? "GET",
      path: mark < 0 ? target : target.slice(0, mark),
      query: new URLSearchParams(mark < 0 ? "" : target.slice(mark + 1)),
      headers: flatHeaders(request),
      body,
    });
    if (outcome === "cut") request.socket.destroy();
    else write(response, outcome, request);
  } catch (error) {
    log(
      `error in ${request.method ?? "?"} ${request.url ?? "?"}: ${error instanceof Error ? (error.stack ?? error.message) : "?"}`,
    );
    if (response.headersSent) response.destroy();
    else write(response, jsonAnswer(500, errorBody(500, "backendError", "Backend Error")), request);
  }
}

/** A minimal error body in Google's format. */
function errorBody(code: number, reason: string, message: string): object {
  return { error: { errors: [{ domain: "global", reason, message }], code, message } };
}

function write(response: ServerResponse, answer: HttpAnswer, request: IncomingMessage): void {
  if (response.destroyed) return;
  const body = request.method === "HEAD" ? undefined : answer.body;
  const length = answer.body === undefined ? 0 : Buffer.byteLength(answer.body);
  response.writeHead(answer.status, {
    ...answer.headers,
    ...(answer.status === 204 || answer.status === 304 ? {} : { "content-length": String(length) }),
  });
  response.end(body);
}
