/** A registered OAuth client. */
export interface OAuthClient {
  clientId: string;
  clientSecret: string;
  /** Allowed redirect URIs. If absent, every URI is allowed. */
  redirectUris?: readonly string[];
}

/** The registered OAuth clients. If none is registered, every id and secret is accepted. */
export class Clients {
  readonly #clients: ReadonlyMap<string, OAuthClient>;

  constructor(clients: readonly OAuthClient[]) {
    this.#clients = new Map(clients.map(client => [client.clientId, client]));
  }

  isKnown(clientId: string): boolean {
    return this.#clients.size === 0 || this.#clients.has(clientId);
  }

  allowsRedirect(clientId: string, redirectUri: string): boolean {
    const allowed = this.#clients.get(clientId)?.redirectUris;
    return allowed === undefined || allowed.includes(redirectUri);
  }

  authenticates(clientId: string, secret: string): boolean {
    if (this.#clients.size === 0) return clientId !== "";
    return this.#clients.get(clientId)?.clientSecret === secret;
  }
}
