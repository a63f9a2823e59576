import { createHash } from "node:crypto";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import type { JSONWebKeySet } from "jose";
import type { VirtualClock } from "../clock.ts";
import type { User } from "../model/world.ts";
import { ACCESS_TOKEN_LIFE_S } from "./grants.ts";

/** The issuer in Google's ID tokens. */
export const ISSUER = "https://accounts.google.com";

interface SigningKey {
  privateKey: Parameters<SignJWT["sign"]>[0];
  keyId: string;
  jwks: JSONWebKeySet;
}

/** Signs ID tokens. The key is generated when it is first needed. */
export class IdentityIssuer {
  readonly #clock: VirtualClock;
  #key: Promise<SigningKey> | undefined;

  constructor(clock: VirtualClock) {
    this.#clock = clock;
  }

  /** The public keys that `/oauth2/v3/certs` returns. */
  async jwks(): Promise<JSONWebKeySet> {
    return (await this.#signingKey()).jwks;
  }

  /** Creates an ID token (RS256) for a user and a client. */
  async idToken(
    user: User,
    clientId: string,
    accessToken: string,
    nonce: string | undefined,
  ): Promise<string> {
    const { privateKey, keyId } = await this.#signingKey();
    const issuedAt = Math.floor(this.#clock.now() / 1000);
    const [given, ...family] = user.name.split(" ");
    return await new SignJWT({
      azp: clientId,
      email: user.email,
      email_verified: true,
      at_hash: createHash("sha256").update(accessToken).digest().subarray(0, 16).toString("base64url"),
      name: user.name,
      given_name: given ?? user.name,
      ...(family.length === 0 ? {} : { family_name: family.join(" ") }),
      ...(nonce === undefined ? {} : { nonce }),
    })
      .setProtectedHeader({ alg: "RS256", kid: keyId, typ: "JWT" })
      .setIssuer(ISSUER)
      .setAudience(clientId)
      .setSubject(user.sub)
      .setIssuedAt(issuedAt)
      .setExpirationTime(issuedAt + ACCESS_TOKEN_LIFE_S + 1)
      .sign(privateKey);
  }

  async #signingKey(): Promise<SigningKey> {
    this.#key ??= makeKey();
    return await this.#key;
  }
}

async function makeKey(): Promise<SigningKey> {
  const { privateKey, publicKey } = await generateKeyPair("RS256", { extractable: true });
  const jwk = await exportJWK(publicKey);
  const keyId = createHash("sha256").update(JSON.stringify(jwk)).digest("hex").slice(0, 40);
  const jwks: JSONWebKeySet = { keys: [{ ...jwk, kid: keyId, alg: "RS256", use: "sig" }] };
  return { privateKey, keyId, jwks };
}
