/** Firestore ends a transaction, and its locks, when it has been idle for so long (transaction limits, quotas page). */
const idleMs = 60_000;
const lookEveryMs = 500;

/**
 * A client that dies in a transaction leaves its locks behind: in production, and in the emulator, for 60 seconds. The
 * emulator counts them in real time, which is long in a world where ten minutes pass meanwhile, and it locks a whole
 * collection for a query. So in a faster world this ends what has been open for a minute of that world.
 *
 * It rests on the emulator's numbers for transactions: one byte, then a counter, little-endian. `begin` is answered
 * with the newest; everything that was the newest a minute ago can go. Ending what has ended already is refused, or
 * does nothing.
 *
 * @returns what stops it
 */
export function endIdleTransactions(host: string, projectId: string, speed: number): () => Promise<void> {
  const documents = `http://${host}/v1/projects/${projectId}/databases/(default)/documents`;
  const post = async (method: string, body: object): Promise<unknown> => {
    const headers = { Authorization: "Bearer owner", "Content-Type": "application/json" };
    const answer = await fetch(`${documents}:${method}`, {
      method: "POST",
      headers,
      body: JSON.stringify(body),
    });
    return await answer.json();
  };
  const newest: { readonly id: Buffer; readonly atMs: number }[] = [];
  let ended: bigint | undefined;

  const look = async (): Promise<void> => {
    const { transaction } = (await post("beginTransaction", { options: { readWrite: {} } })) as {
      readonly transaction: string;
    };
    const id = Buffer.from(transaction, "base64");
    newest.push({ id, atMs: performance.now() });
    ended ??= id.readBigInt64LE(1) - 1n;
    for (let old = newest[0]; old !== undefined && performance.now() - old.atMs > idleMs / speed;) {
      for (const upTo = old.id.readBigInt64LE(1); ended < upTo;) {
        ended += 1n;
        const dead = Buffer.from(old.id);
        dead.writeBigInt64LE(ended, 1);
        await post("rollback", { transaction: dead.toString("base64") });
      }
      newest.shift();
      old = newest[0];
    }
  };

  const stop = new AbortController();
  const running = (async () => {
    while (!stop.signal.aborted) {
      await look();
      await new Promise(resolve => setTimeout(resolve, lookEveryMs));
    }
  })();
  // A failure is told when it is stopped; until then nobody waits for it.
  running.catch(() => undefined);
  return async () => {
    stop.abort();
    await running;
  };
}
