import { connect, createServer, type Socket } from "node:net";
import { once } from "node:events";

/** A TCP proxy that can be paused or cut, to simulate a server that does not answer for some time. */
export interface PausableProxy {
  /** `127.0.0.1:PORT`. */
  readonly host: string;
  /** Passes no data in either direction until `resume`. */
  pause(): void;
  resume(): void;
  /** Cuts every open connection. */
  cut(): void;
  close(): Promise<void>;
}

/** @param target `host:port` of the real server */
export async function startPausableProxy(target: string): Promise<PausableProxy> {
  const [host = "127.0.0.1", port = ""] = target.split(":");
  const sockets = new Set<Socket>();
  let paused = false;
  const hold = (socket: Socket): void => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
    if (paused) socket.pause();
  };
  const server = createServer(near => {
    const far = connect({ host, port: Number(port) });
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      from.setNoDelay(true);
      from.on("data", (chunk: Buffer) => {
        if (!to.write(chunk)) {
          from.pause();
          to.once("drain", () => {
            if (!paused) from.resume();
          });
        }
      });
      from.once("close", () => to.destroy());
      from.once("error", () => to.destroy());
      hold(from);
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("not listening");
  return {
    host: `127.0.0.1:${address.port}`,
    pause: () => {
      paused = true;
      for (const socket of sockets) socket.pause();
    },
    resume: () => {
      paused = false;
      for (const socket of sockets) socket.resume();
    },
    cut: () => {
      for (const socket of sockets) socket.destroy();
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise(resolve => server.close(resolve));
    },
  };
}
