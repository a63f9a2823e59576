import { type Agent, request as send, type IncomingMessage, type Server } from "node:http";

/**
 * Listens on loopback; returns the port. The server never closes idle connections, because it would lose a request that
 * is sent at that moment.
 */
export async function listen(server: Server, port = 0): Promise<number> {
  server.keepAliveTimeout = 0;
  return await new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => {
      const address = server.address();
      if (address === null || typeof address === "string") reject(new Error("not listening"));
      else resolve(address.port);
    });
  });
}

export async function readBody(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

export interface PostOptions {
  readonly agent: Agent;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer | string;
  readonly timeoutMs?: number;
}

/**
 * Sends a POST and returns the status of the answer. Costs much less CPU time than fetch, which matters if the client
 * shares the cores with the server.
 */
export async function post(url: string, { agent, headers, body, timeoutMs }: PostOptions): Promise<number> {
  return await new Promise((resolve, reject) => {
    const length = body === undefined ? 0 : Buffer.byteLength(body);
    const outgoing = send(
      url,
      { method: "POST", agent, headers: { ...headers, "Content-Length": String(length) } },
      answer => {
        answer.resume();
        answer.once("end", () => {
          resolve(answer.statusCode ?? 0);
        });
        answer.once("error", reject);
      },
    );
    if (timeoutMs !== undefined)
      outgoing.setTimeout(timeoutMs, () => outgoing.destroy(new Error(`no answer within ${timeoutMs} ms`)));
    outgoing.once("error", reject);
    outgoing.end(body);
  });
}
