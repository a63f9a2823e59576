import { CloudTasksClient } from "@google-cloud/tasks";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { VirtualHarnessClock } from "../clock.ts";
import { seededRandom } from "../random.ts";
import type { Dispatch } from "./task-queue.ts";
import { startTaskServer, type TaskServer } from "./task-server.ts";

/* Google's own client, in its REST form, takes the task server for Cloud Tasks. */

const clock = new VirtualHarnessClock();
let server: TaskServer;
let client: CloudTasksClient;
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
  const [apiEndpoint = "", port = ""] = server.host.split(":");
  // Nobody signs in here: this is all that the REST form asks of a credential.
  const authClient = { getRequestHeaders: () => Promise.resolve(new Headers()), fetch };
  const options = { fallback: true, protocol: "http", apiEndpoint, port: Number(port), authClient };
  client = new CloudTasksClient(options as unknown as ConstructorParameters<typeof CloudTasksClient>[0]);
});
afterEach(async () => {
  await client.close();
  await server.close();
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
