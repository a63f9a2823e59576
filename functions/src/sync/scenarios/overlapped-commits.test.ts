import { describe, expect, test } from "@jest/globals";
import type { SyncPorts } from "../../ports/sync.port.ts";
import { failed } from "../testing/fake-google.fake.ts";
import { storeOf, SyncWorld } from "../testing/sync-world.fake.ts";

/** Waits until nothing more can happen without the held commit. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 200; turn++) await new Promise(setImmediate);
}

/**
 * A first import of four pages with four events each, two writes per commit. Commits with events wait until `release`.
 */
function heldImport(): {
  readonly world: SyncWorld;
  readonly ports: SyncPorts;
  readonly commits: { begun: number; open: number; most: number };
  readonly release: (outcome?: Error) => void;
} {
  const world = new SyncWorld({}, { maxBatchWrites: 2 });
  for (let n = 0; n < 16; n++) world.google.put(`event${String(n).padStart(2, "0")}`);
  world.google.pageSize = 4;
  const commits = { begun: 0, open: 0, most: 0 };
  const held = Promise.withResolvers<Error | undefined>();
  const store = storeOf(world.documents, {
    commit: async (key, user, batch, version) => {
      if (batch.events.length > 0) commits.begun += 1;
      commits.open += 1;
      commits.most = Math.max(commits.most, commits.open);
      try {
        const refused = batch.events.length > 0 ? await held.promise : undefined;
        if (refused !== undefined) throw refused;
        return await world.documents.commit(key, user, batch, version);
      } finally {
        commits.open -= 1;
      }
    },
  });
  return {
    world,
    ports: { ...world.ports, store },
    commits,
    release: outcome => {
      held.resolve(outcome);
    },
  };
}

describe("a full sync whose commits are slow", () => {
  test("plans the next page meanwhile, and no more than that", async () => {
    const { world, ports, commits, release } = heldImport();
    const done = world.import(ports);
    await settle();
    // The first page is being written, the second is planned, the third is being fetched; the fourth is not requested.
    expect(world.google.calls.length).toBe(3);
    expect(commits.begun).toBe(1);
    release();
    await done;
    expect(world.google.calls.length).toBe(4);
    expect(commits.most).toBe(1);
    expect(world.events).toEqual(world.wanted());
  });

  test("does not give its lease back under a commit when Google fails", async () => {
    const { world, ports, commits, release } = heldImport();
    const list = world.google.list.bind(world.google);
    world.google.list = async request =>
      request.pageToken === undefined ? await list(request) : failed("unavailable");
    await world.request("connect");
    const [id = ""] = world.queue.tasks.keys();
    const delivery = world.deliver(id, ports);
    await settle();
    expect(world.state.lease).not.toBeNull();
    release();
    expect(await delivery).toBe("retry");
    expect(world.state.lease).toBeNull();
    expect(commits.most).toBe(1);
  });

  test("is tried again when a commit fails in the background, with its token never ahead of the data", async () => {
    const { world, ports, release } = heldImport();
    await world.request("connect");
    const [id = ""] = world.queue.tasks.keys();
    const delivery = world.deliver(id, ports);
    await settle();
    release(new Error("Firestore is away"));
    await expect(delivery.catch((error: unknown) => String(error))).resolves.toMatch(
      /retry|Firestore is away/,
    );
    expect(world.state.syncToken).toBeNull();
    expect(world.events.size).toBe(0);
    world.clock.advance(300_000);
    await world.drain();
    expect(world.events).toEqual(world.wanted());
    expect(world.state.syncToken).not.toBeNull();
  });
});
