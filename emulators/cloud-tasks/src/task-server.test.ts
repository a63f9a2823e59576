import { CloudTasksClient } from "@google-cloud/tasks";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { VirtualClock } from "./clock.ts";
import { seededRandom } from "./random.ts";
import type { Dispatch } from "./task-queue.ts";
import { startTaskServer, type TaskServer } from "./task-server.ts";

const clock = new VirtualClock();
const queueName = "projects/demo/locations/us-central1/queues/work";
let server: TaskServer;
let dispatched: Dispatch[];

beforeEach(async () => {
  dispatched = [];
  server = await startTaskServer({
    clock,
    random: seededRandom(1),
    handlerOf: queueId =>
      queueId !== "work"
        ? undefined
        : dispatch => {
            dispatched.push(dispatch);
            return Promise.resolve(204);
          },
  });
});
afterEach(async () => {
  await server.close();
});

async function call(method: string, path: string, body?: object) {
  const answer = await fetch(`http://${server.host}${path}`, {
    method,
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
}

const resource = (id?: string) => ({
  task: {
    ...(id !== undefined && { name: `${queueName}/tasks/${id}` }),
    httpRequest: { body: Buffer.from('{"data":1}').toString("base64"), headers: { "X-Own": "yes" } },
    dispatchDeadline: "30s",
  },
});

describe.each([
  ["the Admin SDK's path", ""],
  ["the API's path", "/v2"],
])("%s", (_, prefix) => {
  const tasks = `${prefix}/${queueName}/tasks`;

  test("a task is stored and delivered with its body, headers and deadline", async () => {
    expect(await call("POST", tasks, resource("one"))).toMatchObject({
      status: 200,
      body: { name: `${queueName}/tasks/one` },
    });
    await clock.advance(0);
    expect(dispatched).toHaveLength(1);
    expect(dispatched[0]?.task).toMatchObject({ id: "one", headers: { "X-Own": "yes" }, deadlineMs: 30_000 });
    expect(dispatched[0]?.task.body.toString()).toBe('{"data":1}');
  });

  test("a taken name is refused as Google does", async () => {
    await call("POST", tasks, resource("one"));
    expect(await call("POST", tasks, resource("one"))).toMatchObject({
      status: 409,
      body: { error: { code: 409, status: "ALREADY_EXISTS" } },
    });
  });

  test("without a name one is made up", async () => {
    const { status, body } = await call("POST", tasks, resource());
    expect(status).toBe(200);
    expect(String(body["name"])).toMatch(/\/tasks\/[A-Za-z0-9_-]{20,}$/);
  });

  test("what is not a task, a name, a queue or within 30 days is refused", async () => {
    expect((await call("POST", tasks, {})).status).toBe(400);
    expect((await call("POST", tasks, resource("a b"))).status).toBe(400);
    const late = {
      ...resource("late").task,
      scheduleTime: new Date(clock.now() + 31 * 86_400_000).toISOString(),
    };
    expect((await call("POST", tasks, { task: late })).status).toBe(400);
    expect((await call("POST", tasks.replace("work", "other"), resource("x"))).status).toBe(404);
  });

  test("the queues that were used are counted, as the Emulator Suite does", async () => {
    expect(await call("GET", "/queueStats")).toEqual({ status: 200, body: {} });
    const task = { ...resource("later").task, scheduleTime: new Date(clock.now() + 60_000).toISOString() };
    await call("POST", tasks, { task });
    expect((await call("GET", "/queueStats")).body).toEqual({ work: { numberOfTasks: 1, runningTasks: 0 } });
  });

  test("delays can be skipped", async () => {
    const later = {
      ...resource("later").task,
      scheduleTime: new Date(clock.now() + 3_600_000).toISOString(),
    };
    await call("POST", tasks, { task: later });
    await clock.advance(1000);
    expect(dispatched).toEqual([]);
    expect((await call("POST", "/_emulator/skipDelays")).status).toBe(200);
    await clock.advance(0);
    expect(dispatched.map(({ task }) => task.id)).toEqual(["later"]);
  });

  test("a delayed task can be deleted", async () => {
    const task = { ...resource("later").task, scheduleTime: new Date(clock.now() + 60_000).toISOString() };
    await call("POST", tasks, { task });
    expect(server.size()).toBe(1);
    expect((await call("DELETE", `${tasks}/later`)).status).toBe(200);
    expect((await call("DELETE", `${tasks}/later`)).status).toBe(404);
    await clock.advance(120_000);
    expect(dispatched).toEqual([]);
  });
});

describe("Google's own client, in its REST form,", () => {
  let client: CloudTasksClient;

  beforeEach(() => {
    const [apiEndpoint = "", port = ""] = server.host.split(":");
    // The test needs no sign-in. The REST form requires only this of a credential.
    const authClient = { getRequestHeaders: () => Promise.resolve(new Headers()), fetch };
    const options = { fallback: true, protocol: "http", apiEndpoint, port: Number(port), authClient };
    client = new CloudTasksClient(options as unknown as ConstructorParameters<typeof CloudTasksClient>[0]);
  });
  afterEach(async () => {
    await client.close();
  });

  const work = () => client.queuePath("demo", "us-central1", "work");
  const create = async (id: string, parent = work()) =>
    await client.createTask({
      parent,
      task: {
        name: `${parent}/tasks/${id}`,
        scheduleTime: { seconds: Math.floor(clock.now() / 1000) + 60 },
        dispatchDeadline: { seconds: 30 },
        httpRequest: { url: "http://127.0.0.1/work", httpMethod: "POST", body: Buffer.from('{"data":1}') },
      },
    });

  test("a task is stored, waits for its moment and is delivered", async () => {
    const [stored] = await create("one");
    expect(stored.name).toBe(`${work()}/tasks/one`);
    await clock.advance(59_000);
    expect(dispatched).toEqual([]);
    await clock.advance(2_000);
    expect(dispatched.map(({ task }) => [task.id, task.body.toString(), task.deadlineMs])).toEqual([
      ["one", '{"data":1}', 30_000],
    ]);
  });

  test("a name that is taken is ALREADY_EXISTS (6), before and after its task has run", async () => {
    await create("one");
    await expect(create("one")).rejects.toMatchObject({ code: 6 });
    await clock.advance(61_000);
    await expect(create("one")).rejects.toMatchObject({ code: 6 });
    expect(dispatched).toHaveLength(1);
  });

  test("a deleted task is not delivered; a queue tells how many wait, and one that is not there is NOT_FOUND (5)", async () => {
    await create("one");
    await create("two");
    expect((await client.getQueue({ name: work() }))[0].state).toBe("RUNNING");
    await client.deleteTask({ name: `${work()}/tasks/one` });
    await clock.advance(61_000);
    expect(dispatched.map(({ task }) => task.id)).toEqual(["two"]);
    await expect(create("x", client.queuePath("demo", "us-central1", "none"))).rejects.toMatchObject({
      code: 5,
    });
  });
});

test("creations can be made to fail; nothing is stored then", async () => {
  server.setCreationFault(() => 503);
  expect((await call("POST", `/${queueName}/tasks`, resource("one"))).status).toBe(503);
  server.setCreationFault(() => "cut");
  await expect(call("POST", `/${queueName}/tasks`, resource("one"))).rejects.toThrow();
  server.setCreationFault(undefined);
  expect((await call("POST", `/${queueName}/tasks`, resource("one"))).status).toBe(200);
});
