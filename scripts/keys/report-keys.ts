/** The key that an account's refresh token is sealed with; see CredentialKey of the functions. */
export interface AccountKey {
  readonly accountId: string;
  /**
   * Null: there is no refresh token, or it names no key. Undefined: the document was written before key ids were
   * stored.
   */
  readonly keyId: string | null | undefined;
}

export interface KeyReport {
  readonly lines: readonly string[];
  readonly exitCode: 0 | 1 | 2;
}

/** The number of accounts that are listed unless all are requested. */
const namedAccounts = 50;

/** The output of `check`. */
export function reportKeys(
  accounts: readonly AccountKey[],
  active: string | undefined,
  all: boolean,
): KeyReport {
  if (accounts.length === 0) return { lines: ["There are no accounts: no key is needed."], exitCode: 0 };
  const counts = new Map<string, number>();
  for (const { keyId } of accounts) counts.set(wordOf(keyId), (counts.get(wordOf(keyId)) ?? 0) + 1);
  const lines = [...counts]
    .sort(([, a], [, b]) => b - a)
    .map(([word, count]) => `${count} ${count === 1 ? "account needs" : "accounts need"} ${word}`);
  if (active === undefined) {
    const how = "Which key is active? Say --active ID, or set TOKEN_ENCRYPTION_KEYS.";
    return { lines: [...lines, how], exitCode: 2 };
  }
  const others = accounts.filter(({ keyId }) => keyId !== active && keyId !== null);
  if (others.length === 0)
    return { lines: [...lines, `Every key but "${active}" may be dropped.`], exitCode: 0 };
  const named = all ? others : others.slice(0, namedAccounts);
  const rest = others.length - named.length;
  return {
    lines: [
      ...lines,
      `Not sealed with "${active}" yet; the daily round does that, ${others.length} to go:`,
      ...named.map(({ accountId, keyId }) => `  ${accountId}  ${wordOf(keyId)}`),
      ...(rest > 0 ? [`  and ${rest} more (--all names them)`] : []),
    ],
    exitCode: 1,
  };
}

function wordOf(keyId: AccountKey["keyId"]): string {
  if (keyId === null) return "no key";
  return keyId === undefined ? "a key that is not noted yet" : `"${keyId}"`;
}
