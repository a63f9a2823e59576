import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import * as z from "zod";
import type { Replies } from "./healthy-cloud.fixture.ts";

/** Stands in for Google's control plane and everything else that the doctor asks. */
export interface StandIn {
  readonly root: string;
  replies: Replies;
  /** `METHOD path`, without the query. */
  readonly asked: string[];
  readonly close: () => Promise<void>;
}

const queryBody = z.object({
  structuredQuery: z.object({ from: z.array(z.object({ collectionId: z.string() })) }),
});

/** Starts the stand-in. A path without a reply answers 404, as Google does. */
export async function startStandIn(replies: Replies): Promise<StandIn> {
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      const path = decodeURIComponent((request.url ?? "/").slice(1).split("?")[0] ?? "");
      const plain = `${request.method ?? ""} ${path}`;
      const key = path.endsWith(":runQuery") ? `${plain} ${collectionIn(Buffer.concat(parts))}` : plain;
      standIn.asked.push(key);
      const reply = standIn.replies[key] ?? { status: 404, body: { error: { code: 404 } } };
      response.writeHead(reply.status, {
        "Content-Type": "application/json",
        ...(reply.location !== undefined && { Location: reply.location }),
      });
      response.end(typeof reply.body === "string" ? reply.body : JSON.stringify(reply.body));
    });
  });
  await new Promise<void>(resolve => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const standIn: StandIn = {
    root: `http://127.0.0.1:${port}`,
    replies,
    asked: [],
    close: async () => {
      server.closeAllConnections();
      await new Promise(resolve => server.close(resolve));
    },
  };
  return standIn;
}

function collectionIn(body: Buffer): string {
  return queryBody.parse(JSON.parse(body.toString("utf8"))).structuredQuery.from[0]?.collectionId ?? "";
}
