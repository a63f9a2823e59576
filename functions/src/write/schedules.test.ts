import { describe, expect, test } from "@jest/globals";
import { randomChoice, seededRandom } from "../sync/testing/schedule.fake.ts";
import { eventIdOf } from "./event-id.ts";
import type { Broken } from "./testing/write-clients.fake.ts";
import { WriteExploration } from "./testing/write-exploration.fake.ts";
import type { WritePorts } from "./write-context.ts";

/*
 * Searches for schedules in which a change by two clients or at Google is lost, doubled or overwritten. The real code
 * of the callables, of the webhook and of the tasks runs with Google's adapters and the local Google in memory; each
 * of its calls waits for its turn, and a seed chooses the order. Calls of Google are lost, carried out without an
 * answer, carried out late, or refused for the quota; a function dies at any call; clients see old documents, send no
 * etag, repeat calls whose outcome they do not know, and send the same call twice at the same time.
 *
 * I1, exactly once. Whatever was repeated: an accepted new event exists once. An accepted deletion: the event is
 * gone. Any other accepted change was carried out once, by this call or by the same call repeated.
 *
 * I2, nothing is overwritten unseen. A change or deletion replaces the version that the client has seen (or, without
 * an etag, that the server has read), or one with the same content: the sync does not write the documents of
 * occurrences of which only the series' etag has changed. For an occurrence that was changed before, the client has
 * seen of its series what is stored. At rest, every occurrence that nobody has deleted exists, and has the title that
 * somebody has given to it alone. At rest, a client that has just looked can change what it sees.
 *
 * I3, failures. A refused call has changed nothing. If the outcome is unknown, the change was carried out or not,
 * once.
 *
 * I4, Firestore equals Google at rest. An accepted change gets there without a notification and without the backup.
 *
 * Known limits:
 * - "This and following" is two writes. If the function dies between them or its outcome is unknown, occurrences
 *   exist twice, until the call is repeated. None is lost.
 * - A change of one occurrence, made while its series is being split, may be undone by the split. If somebody changes
 *   the new series in between, its changed occurrences may be as the series is.
 * - A split that changes the times, and a move of the whole series, resets the occurrences that were changed before.
 * - `moveEvent` checks the etag, but Google has no `If-Match` for it. It overwrites nothing: the event keeps its
 *   content.
 *
 * WRITE_SCHEDULES sets the number of schedules. WRITE_SEED plays one schedule, or the schedules from there on.
 */
const schedules = Number(process.env["WRITE_SCHEDULES"] ?? 200);
const firstSeed = Number(process.env["WRITE_SEED"] ?? 1);
const steps = 90;

const lost = (answer: { readonly kind: string; readonly reason?: string }) =>
  answer.kind === "failed" && answer.reason === "unavailable";
const refused = { kind: "failed", reason: "badRequest", status: 400 } as const;

/** Makes the ids of the mistake below differ. */
let inserted = 0;

const mistakes: Readonly<Record<string, { readonly broken: Broken; readonly found: RegExp }>> = {
  "no If-Match": {
    broken: {
      google: google => ({
        ...google,
        patch: async (place, body, { sendUpdates }) => await google.patch(place, body, { sendUpdates }),
        remove: async (place, { sendUpdates }) => await google.remove(place, { sendUpdates }),
      }),
    },
    found: /I2: .* has replaced/,
  },
  "a new event's id does not depend on the request": {
    broken: {
      google: google => ({
        ...google,
        insert: async (place, body, options) =>
          await google.insert(place, { ...body, id: eventIdOf(body.id, String(++inserted)) }, options),
      }),
    },
    found: /I1: .*(exactly once|exists \d times)/,
  },
  "a lost answer is taken for a refusal": {
    broken: {
      google: google => ({
        ...google,
        patch: async (...call) => {
          const answer = await google.patch(...call);
          return lost(answer) ? refused : answer;
        },
      }),
    },
    found: /I3: has written something/,
  },
  "a lost answer is taken for a success": {
    broken: {
      google: google => ({
        ...google,
        patch: async (place, body, options) => {
          const answer = await google.patch(place, body, options);
          return lost(answer)
            ? { kind: "event", event: { id: place.eventId, etag: "", resource: {} } }
            : answer;
        },
      }),
    },
    found: /I1: not applied exactly once/,
  },
  "the epoch is read before the write": {
    broken: {
      ports: ports => {
        const known = new Map<string, ReturnType<WritePorts["store"]["read"]>>();
        const read = async (key: string) => {
          const found = known.get(key) ?? ports.store.read(key);
          known.set(key, found);
          return await found;
        };
        return { ...ports, store: { ...ports.store, read } };
      },
    },
    found: /listeners: /,
  },
};

/** Plays until the first violation. */
async function play(count: number, broken?: Broken): Promise<Readonly<Record<string, number>>> {
  const total: Record<string, number> = {};
  for (let seed = firstSeed; seed < firstSeed + count; seed++) {
    const exploration = new WriteExploration(randomChoice(seededRandom(seed)), seed, broken);
    await exploration.play(steps).catch((error: unknown) => {
      throw new Error(`WRITE_SEED=${seed}: ${error instanceof Error ? error.message : String(error)}`);
    });
    for (const [name, found] of Object.entries(exploration.ledger.counts))
      total[name] = (total[name] ?? 0) + found;
  }
  return total;
}

describe("writes of two clients and at Google", () => {
  test(
    "none is lost, doubled or overwritten unseen",
    async () => {
      const counts = await play(schedules);
      if (schedules > 1_000) console.log(counts);
      expect(counts["accepted update"]).toBeGreaterThan(0);
    },
    schedules * 1_000,
  );

  /** Each mistake must be found, which shows that the schedules look where it matters. */
  test.each(Object.entries(mistakes))("this mistake is found: %s", async (_name, { broken, found }) => {
    await expect(play(150, broken)).rejects.toThrow(found);
  });
});
