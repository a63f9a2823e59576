import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { FakeAccessTokens } from "../account/access-tokens.fake.ts";
import { createCalendarCaller } from "./calendar-client.ts";

let server: Server;
let tokens: FakeAccessTokens;
/** The statuses of the next answers; 200 when the list is empty. */
let statuses: number[];
/** The reason in their bodies; none if undefined. */
let reason: string | undefined;
let bearers: (string | undefined)[];

beforeAll(() => {
  // The client library imports its own `fetch` dynamically, which Jest does not support. In a browser the library uses
  // `window.fetch`.
  Object.assign(globalThis, { window: { fetch } });
});
beforeEach(async () => {
  tokens = new FakeAccessTokens(() => 0);
  statuses = [];
  reason = undefined;
  bearers = [];
  server = createServer((request, response) => {
    bearers.push(request.headers.authorization);
    response.writeHead(statuses.shift() ?? 200, { "Content-Type": "application/json" }).end(answer());
  });
  await new Promise<void>(resolve => server.listen(0, "127.0.0.1", resolve));
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise(resolve => server.close(resolve));
});

const answer = () => JSON.stringify(reason === undefined ? {} : { error: { errors: [{ reason }] } });

async function call() {
  const { port } = server.address() as AddressInfo;
  const caller = createCalendarCaller(tokens, `http://127.0.0.1:${port}`);
  return await caller("account", (client, options) => client.colors.get({}, options));
}

describe("a call for an account", () => {
  test("whose token is refused is made again with another one", async () => {
    statuses = [401];
    expect(await call()).toMatchObject({ kind: "ok" });
    expect(new Set(bearers).size).toBe(2);
  });

  test("that is refused twice says which connection it was made with", async () => {
    statuses = [401, 401];
    const { grantId } = await tokens.get();
    expect(await call()).toMatchObject({ reason: "tokenRefused", grantId });
    expect(bearers).toHaveLength(2);
  });

  test.each(["push.webhookUrlUnauthorized", "push.somethingNew"])(
    "whose 401 says %s keeps its token: the webhook's address is refused, not the user",
    async word => {
      statuses = [401];
      reason = word;
      const failure = await call();
      expect(failure).toMatchObject({ reason: "addressRefused", googleReason: word });
      expect(failure).not.toHaveProperty("grantId");
      expect(bearers).toHaveLength(1);
    },
  );

  test("whose connection is replaced between the two is refused as the newer one", async () => {
    statuses = [401, 401];
    tokens.meanwhile = () => {
      tokens.reconnect();
      return Promise.resolve();
    };
    tokens.refusal = { kind: "failed", reason: "unauthorized" };
    expect(await call()).toMatchObject({ reason: "tokenRefused", grantId: "connection-2" });
  });

  test("that fails for another reason says nothing about its connection", async () => {
    statuses = [404];
    reason = "notFound";
    const failure = await call();
    expect(failure).toMatchObject({ reason: "calendarGone" });
    expect(failure).not.toHaveProperty("grantId");
  });
});
