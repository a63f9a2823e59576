import type { CredentialKeys, ResealOutcome } from "../ports/credentials.port.ts";
import type { Log } from "../ports/runtime.port.ts";
import { createFanOut } from "../fan-out.ts";
import { openSealed, type KeyRing, type TokenSeal } from "./token-seal.ts";

/** Reads and writes of Firestore under way at a time. */
const maxInFlight = 20;

/** Accounts that are named in one log line. */
const maxNamed = 20;

/**
 * Sealed anew by one daily round, at the most: a change of key for 100,000 accounts ends within 20 days, of which no
 * round takes more than a minute. Accounts in use do not wait for it: each refresh of an access token, hence each
 * backup sync, seals with the active key.
 */
export const resealedPerRound = 5_000;

export interface ResealTokensPorts {
  readonly credentials: CredentialKeys;
  readonly seal: TokenSeal;
  readonly readKeys: () => KeyRing;
  readonly log: Log;
}

/** How a round went: how many accounts it found under an old key, and what became of those that it tried. */
export interface ResealReport extends Readonly<Record<ResealOutcome | "failed", number>> {
  readonly found: number;
}

/**
 * Seals refresh tokens anew that are sealed with another key than the active one, or of which that is not known, so
 * that the other keys may be dropped some day. Those that cannot be opened stay as they are and do not count towards
 * the limit, or they would keep the others from their turn.
 */
export async function resealTokens(
  { credentials, seal, readKeys, log }: ResealTokensPorts,
  { limit }: { readonly limit: number },
): Promise<ResealReport> {
  const { active } = readKeys();
  const counts = { resealed: 0, changed: 0, broken: 0, unreadable: 0, gone: 0, failed: 0 };
  const missing = new Map<string, string[]>();
  let found = 0;

  const resealOne = async (accountId: string): Promise<void> => {
    try {
      const outcome = await credentials.reseal(accountId, async sealed => {
        const opened = await openSealed(seal, accountId, "refresh", sealed);
        if (opened.kind === "opened") return await seal.seal(accountId, "refresh", opened.token);
        const keyId = opened.keyId ?? "none";
        missing.set(keyId, [...(missing.get(keyId) ?? []), accountId]);
        return undefined;
      });
      counts[outcome] += 1;
      if (outcome === "unreadable") log.alarm("credentials.unreadable", { accountId });
    } catch (error) {
      counts.failed += 1;
      const message = error instanceof Error ? error.message : "unknown";
      log.warn("token not sealed anew", { accountId, error: message });
    }
  };

  const steps = createFanOut(maxInFlight);
  for await (const { accountId, keyId } of credentials.all()) {
    if (keyId === active || keyId === null) continue;
    found += 1;
    if (counts.resealed + steps.running >= limit) await steps.settled();
    if (counts.resealed >= limit) continue;
    await steps.start(async () => {
      await resealOne(accountId);
    });
  }
  await steps.settled();

  for (const [keyId, accounts] of missing) {
    log.alarm("credentials.cannotReseal", {
      keyId,
      accounts: accounts.length,
      some: accounts.slice(0, maxNamed),
    });
  }
  const report = { found, ...counts };
  if (found > 0) log.info("tokens sealed anew", report);
  return report;
}
