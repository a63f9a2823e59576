import { createServer } from "node:http";
import { expect, test } from "@jest/globals";
import { listen } from "./http.ts";

test("a server of the harness announces no end of idle connections", async () => {
  const server = createServer((_request, response) => response.end());
  try {
    const { headers } = await fetch(`http://127.0.0.1:${await listen(server)}`);
    expect([headers.get("connection"), headers.get("keep-alive")]).toEqual(["keep-alive", null]);
  } finally {
    server.closeAllConnections();
    server.close();
  }
});
