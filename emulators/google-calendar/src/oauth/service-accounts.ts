import {
  decodeJwt,
  exportPKCS8,
  exportSPKI,
  generateKeyPair,
  importPKCS8,
  importSPKI,
  jwtVerify,
  SignJWT,
} from "jose";
import * as z from "zod";
import { jsonAnswer } from "../http/exchange.ts";
import type { HttpAnswer, HttpRequest } from "../http/exchange.ts";
import type { VirtualClock } from "../clock.ts";
import type { World } from "../model/world.ts";

/** A registered service account. */
interface ServiceAccount {
  email: string;
  publicKeyPem: string;
  /** Defined if the emulator generated the key pair. IAM's `signJwt` signs with it. */
  privateKeyPem: string | undefined;
  keyId: string;
  /** Scopes that the account may use as any user (domain-wide delegation). */
  delegatedScopes: readonly string[];
}

/** The result of a valid assertion: the user, the client and the scopes. */
export interface AssertedGrant {
  email: string;
  clientId: string;
  scopes: readonly string[];
}

/** The reason why an assertion was refused, as OAuth's `error` and `error_description`. */
export interface AssertionRefused {
  error: string;
  description: string;
}

/** Service accounts. Their signed assertions get tokens for themselves or, with delegation, for a user. */
export class ServiceAccounts {
  readonly #world: World;
  readonly #clock: VirtualClock;
  readonly #accounts = new Map<string, ServiceAccount>();

  constructor(world: World, clock: VirtualClock) {
    this.#world = world;
    this.#clock = clock;
  }

  /** Registers an account. Without a public key, generates a key pair; the returned key file has Google's format. */
  async register(
    email: string,
    publicKeyPem: string | undefined,
    delegatedScopes: readonly string[],
    tokenUri: string,
  ): Promise<Record<string, string>> {
    let publicKey = publicKeyPem;
    let privateKey: string | undefined;
    if (publicKey === undefined) {
      const pair = await generateKeyPair("RS256", { extractable: true });
      publicKey = await exportSPKI(pair.publicKey);
      privateKey = await exportPKCS8(pair.privateKey);
    } else {
      await importSPKI(publicKey, "RS256");
    }
    const keyId = `key-${this.#accounts.size + 1}`;
    this.#accounts.set(email, {
      email,
      publicKeyPem: publicKey,
      privateKeyPem: privateKey,
      keyId,
      delegatedScopes,
    });
    return {
      type: "service_account",
      client_email: email,
      client_id: email,
      private_key_id: keyId,
      ...(privateKey === undefined ? {} : { private_key: privateKey }),
      token_uri: tokenUri,
    };
  }

  /** Verifies an assertion: its signature, its times and, if its subject is another user, the delegated scopes. */
  async verify(assertion: string): Promise<AssertedGrant | AssertionRefused> {
    const account = this.#accounts.get(issuerOf(assertion));
    if (account === undefined) return refused("invalid_grant", "Invalid grant: account not found");
    try {
      const key = await importSPKI(account.publicKeyPem, "RS256");
      const { payload } = await jwtVerify(assertion, key, {
        algorithms: ["RS256"],
        currentDate: new Date(this.#clock.now()),
        clockTolerance: 300,
        requiredClaims: ["iss", "aud", "exp", "iat"],
      });
      const scopes = typeof payload["scope"] === "string" ? payload["scope"].split(/\s+/) : [];
      if (scopes.length === 0) return refused("invalid_scope", "Empty or missing scope not allowed.");
      const subject = payload.sub ?? account.email;
      if (this.#world.user(subject) === undefined)
        return refused("invalid_grant", "Invalid email or User ID");
      if (subject !== account.email && scopes.some(scope => !account.delegatedScopes.includes(scope))) {
        return refused(
          "unauthorized_client",
          "Client is unauthorized to retrieve access tokens using this method, or client not authorized for any of the scopes requested.",
        );
      }
      return { email: subject.toLowerCase(), clientId: account.email, scopes };
    } catch {
      return refused("invalid_grant", "Invalid JWT Signature.");
    }
  }

  /** Answers IAM Credentials' `signJwt`: signs claims as a service account. Unlike Google, accepts any bearer token. */
  async sign(email: string, request: HttpRequest): Promise<HttpAnswer> {
    if (!/^Bearer \S+$/.test(request.headers["authorization"] ?? "")) return iamError(401, "UNAUTHENTICATED");
    const account = this.#accounts.get(email.toLowerCase());
    if (account?.privateKeyPem === undefined) return iamError(404, "NOT_FOUND");
    const claims = signBody.safeParse(readJson(request.body.toString()));
    if (!claims.success) return iamError(400, "INVALID_ARGUMENT");
    const { keyId } = account;
    const signedJwt = await new SignJWT(claims.data.payload)
      .setProtectedHeader({ alg: "RS256", kid: keyId, typ: "JWT" })
      .sign(await importPKCS8(account.privateKeyPem, "RS256"));
    return jsonAnswer(200, { keyId, signedJwt });
  }

  has(email: string): boolean {
    return this.#accounts.has(email);
  }

  clear(): void {
    this.#accounts.clear();
  }
}

/**
 * `payload` is a string that contains the claims as JSON [D] (iamcredentials reference,
 * projects.serviceAccounts.signJwt).
 */
const signBody = z.object({
  payload: z.string().transform(readJson).pipe(z.record(z.string(), z.unknown())),
});

function iamError(code: number, status: string): HttpAnswer {
  return jsonAnswer(code, { error: { code, message: "A refusal of the emulator's IAM.", status } });
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function refused(error: string, description: string): AssertionRefused {
  return { error, description };
}

function issuerOf(assertion: string): string {
  try {
    return decodeJwt(assertion).iss ?? "";
  } catch {
    return "";
  }
}
