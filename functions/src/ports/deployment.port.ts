import type { OAuthProvider } from "./credentials.port.ts";

/** What this deployment is, as its params say, also if they are not usable. */
export interface DeployedPlace {
  /** The instance of the function kit, or `default`. */
  readonly instance: string;
  /** The product's version. */
  readonly version: string;
  readonly projectId: string;
  readonly region: string;
  readonly usersRoot: string;
  /** The Firestore database. */
  readonly database: string;
}

export type DeploymentCheck =
  | "params"
  | "client-secret"
  | "key-ring"
  | "firestore"
  | "tasks"
  | "oauth-client"
  | "webhook"
  | "callback"
  | "database-owner";

/** The result of one check. It is stored and logged, so it contains no secret. */
export interface DeploymentFinding {
  readonly check: DeploymentCheck;
  /** `unknown`: it could not be checked. */
  readonly level: "ok" | "wrong" | "unknown";
  readonly text: string;
  /** A command, or what to change. */
  readonly remedy?: string;
}

/** What a check found out. */
export type Judgement = Omit<DeploymentFinding, "check">;

export interface DeploymentReport extends DeployedPlace {
  readonly checkedAtMs: number;
  readonly findings: readonly DeploymentFinding[];
}

/** The reports of all instances that use one database. */
export interface DeploymentReports {
  /** Writes into this instance's report when it was begun, and reads it again. Throws if either fails. */
  begin(instance: string, nowMs: number): Promise<void>;
  save(report: DeploymentReport): Promise<void>;
  /** The other instances whose report was written after `sinceMs`. */
  othersSince(instance: string, sinceMs: number): Promise<readonly string[]>;
}

/** What the operator has set. */
export interface DeploymentSettings {
  /** Throws an error that names each unusable param and no value. */
  readParams(): void;
  /** Empty if it cannot be read. */
  readClientSecret(): string;
  /** Throws if the secret is not a key ring. */
  readKeyRing(): void;
}

/**
 * Why a task was not stored. `actAs`: the functions' account may not use its own identity. `enqueue`: it may not store
 * tasks. `denied`: one of both, Google does not say which. Otherwise the code of the failure.
 */
export type ProbeOutcome =
  | { readonly kind: "stored" }
  | { readonly kind: "refused"; readonly lacks: "actAs" | "enqueue" | "denied" }
  | { readonly kind: "failed"; readonly code: string };

/** The self-check's own queue. */
export interface ProbeQueue {
  /** Stores a task that does nothing. */
  storeProbe(id: string): Promise<ProbeOutcome>;
}

/** An answer of a public address, or the code of the failure, such as ENOTFOUND. */
export type AddressAnswer =
  { readonly kind: "answered"; readonly status: number } | { readonly kind: "none"; readonly code: string };

/** The deployment's public functions, as anybody on the internet reaches them. */
export interface PublicAddresses {
  /** Throws if the params are not usable. */
  urls(): { readonly webhook: string; readonly callback: string };
  open(url: string): Promise<AddressAnswer>;
}

/** Checks the OAuth client with a code that Google has never issued. */
export type CodeExchange = Pick<OAuthProvider, "exchange">;
