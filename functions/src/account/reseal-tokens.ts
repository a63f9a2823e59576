import type { CredentialKeys, ResealOutcome } from "../ports/credentials.port.ts";
import type { Log } from "../ports/runtime.port.ts";
import { createFanOut } from "../fan-out.ts";
import { openSealed, type KeyRing, type TokenSeal } from "./token-seal.ts";

/** Accounts that are processed at the same time. */
const maxInFlight = 20;

/** Account ids in one log line. */
const maxNamed = 20;

/**
 * Limit of one daily round. For 100,000 accounts a change of key is complete within 20 days, and no round takes more
 * than a minute. Accounts in use are faster: each refresh of an access token, and so each backup sync, seals with the
 * active key.
 */
export const resealedPerRound = 5_000;

export interface ResealTokensPorts {
  readonly credentials: CredentialKeys;
  readonly seal: TokenSeal;
  readonly readKeys: () => KeyRing;
  readonly log: Log;
}

/**
 * Counts of one round: accounts whose key is not the active key (`found`), and the outcomes for the processed accounts.
 */
export interface ResealReport extends Readonly<Record<ResealOutcome | "failed", number>> {
  readonly found: number;
}

/**
 * Seals refresh tokens with the active key if they were sealed with another key or with an unknown one, so that the
 * operator can delete the old keys. Tokens that cannot be opened stay as they are and do not count towards the limit;
 * otherwise they would block the other tokens.
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
