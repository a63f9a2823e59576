import { Agent, createServer, request as send } from "node:http";
import { listen } from "cloud-tasks-emulator";

/** A single address in front of several instances, like Google's front end. */
export interface Front {
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Passes each request to the next instance in turn. Answers 503 if there is no instance or it dies during the request.
 */
export async function startFront(nextPort: () => number | undefined): Promise<Front> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1_000 });
  const server = createServer((request, response) => {
    const port = nextPort();
    if (port === undefined) {
      response.writeHead(503).end();
      return;
    }
    const { method, url, headers } = request;
    const passed = send({ host: "127.0.0.1", port, method, path: url, headers, agent }, answer => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
      answer.once("error", () => response.destroy());
    });
    passed.once("error", () => {
      if (response.headersSent) response.destroy();
      else response.writeHead(503).end();
    });
    request.pipe(passed);
  });
  const port = await listen(server);
  return {
    url: `http://127.0.0.1:${port}`,
    close: async () => {
      server.closeAllConnections();
      agent.destroy();
      await new Promise(resolve => server.close(resolve));
    },
  };
}
