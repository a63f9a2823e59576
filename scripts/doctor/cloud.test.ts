import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, test } from "@jest/globals";
import * as z from "zod";
import { createCloud, type Question } from "./cloud.ts";

const question = {
  service: "run",
  path: "v2/x",
  schema: z.object({ name: z.string() }),
  permission: "run.services.get",
  role: "roles/run.viewer",
} as const satisfies Question<unknown>;

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

async function serve(answer: (request: IncomingMessage) => { status: number; body: unknown }) {
  const seen: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    seen.push(request);
    const { status, body } = answer(request);
    response.writeHead(status).end(JSON.stringify(body));
  });
  await new Promise<void>(resolve => server.listen(0, "127.0.0.1", resolve));
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { seen, cloud: createCloud({ projectId: "p", token: "t", root: `http://127.0.0.1:${port}` }) };
}

describe("a question to Google Cloud", () => {
  test("is asked once, with the token", async () => {
    const { seen, cloud } = await serve(() => ({ status: 200, body: { name: "x", new: 1 } }));
    expect(await cloud.ask(question)).toEqual({ kind: "ok", value: { name: "x" } });
    expect(await cloud.ask(question)).toEqual({ kind: "ok", value: { name: "x" } });
    expect(seen.map(({ method, url }) => [method, url])).toEqual([["GET", "/run/v2/x"]]);
    expect(seen[0]?.headers.authorization).toBe("Bearer t");
  });

  test("that would change something is not sent", async () => {
    const { seen, cloud } = await serve(() => ({ status: 200, body: {} }));
    for (const path of ["v2/x", "v2/x:setIamPolicy", "v1/documents:commit", "v2/x:testing"])
      await expect(cloud.ask({ ...question, path, body: {} })).rejects.toThrow("not a read");
    expect(seen).toEqual([]);
  });

  test("is charged to the project if the API is off in the project of the tool", async () => {
    const error = { message: "off", details: [{ reason: "SERVICE_DISABLED" }] };
    const { seen, cloud } = await serve(({ headers }) =>
      headers["x-goog-user-project"] === "p"
        ? { status: 200, body: { name: "x" } }
        : { status: 403, body: { error } },
    );
    expect(await cloud.ask(question)).toEqual({ kind: "ok", value: { name: "x" } });
    expect(seen).toHaveLength(2);
  });

  test("that may not be charged to the project names the permission for that", async () => {
    const refusal = (reason: string) => ({ status: 403, body: { error: { details: [{ reason }] } } });
    const { cloud } = await serve(({ headers }) =>
      refusal(headers["x-goog-user-project"] === "p" ? "USER_PROJECT_DENIED" : "SERVICE_DISABLED"),
    );
    expect(await cloud.ask(question)).toMatchObject({
      kind: "forbidden",
      permission: "serviceusage.services.use",
    });
  });

  test("that nobody answers is no failure of the project", async () => {
    const cloud = createCloud({ projectId: "p", token: "t", root: "http://127.0.0.1:1" });
    expect(await cloud.ask(question)).toMatchObject({ kind: "failed" });
  });
});
