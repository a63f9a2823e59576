/** The users of the app, as Authentication knows them. */
export interface UserDirectory {
  /**
   * Those of `uids` of whom Authentication says, by name, that they do not exist. Who is disabled exists; who is not
   * mentioned in an answer, or cannot be looked up, is not missing. Throws when there was no answer.
   */
  missing(uids: readonly string[]): Promise<{ readonly missing: readonly string[] }>;
}

/** Whose accounts there are, from documents that no client can write. */
export interface AccountOwners {
  /** The uids of all accounts, in pages; a user of several accounts comes several times. */
  pages(): AsyncIterable<readonly string[]>;
}
