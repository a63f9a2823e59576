/**
 * Firestore ends a transaction and releases its locks if it was idle for this time (transaction limits, quotas page).
 */
const idleMs = 60_000;
const lookEveryMs = 500;

/**
 * Ends transactions that have been open for a minute of the harness's time.
 *
 * If a client dies in a transaction, its locks remain for 60 seconds, in production and in the emulator. The emulator
 * counts real time, in which a faster harness passes ten minutes, and it locks a whole collection for a query.
 *
 * The implementation relies on the emulator's transaction ids: one byte, then a little-endian counter. A transaction
 * that is begun here has the newest id, so all transactions up to an id that was the newest a minute ago can be ended.
 * If a transaction has already ended, ending it is refused or has no effect.
 *
 * @returns a function that stops it
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
  // A failure is reported when the caller stops the loop. Until then the rejection must not count as unhandled.
  running.catch(() => undefined);
  return async () => {
    stop.abort();
    await running;
  };
}
