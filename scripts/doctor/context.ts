import type { Cloud } from "./cloud.ts";
import type { Check } from "./run-checks.ts";

/** What the checks of a deployment are given. */
export interface CloudContext {
  readonly projectId: string;
  /** `--region`. */
  readonly regionAsked: string | undefined;
  /** `--instance`: `default`, or the instance of a function kit. */
  readonly instanceAsked: string | undefined;
  /** Where the access token comes from; undefined if nobody is logged in. */
  readonly login: string | undefined;
  readonly cloud: Cloud;
  /** For the addresses that anybody can open. */
  readonly open: OpenAddress;
  readonly nowMs: number;
  /** Whether the doctor runs in the product's repository; otherwise remedies name the published command line. */
  readonly inRepository: boolean;
  /** The instance whose names are used if nothing is deployed and none was asked for. */
  readonly instanceIfNone: string;
  /** `firestore.indexes.json` of this product. */
  readonly indexesFile: unknown;
  /** The params in the `.env` files (`env-files.ts`), for a project without a deployment. */
  readonly localParams: Readonly<Record<string, string>>;
}

export type CloudCheck = Check<CloudContext>;

/** The answer of an address, without following redirects; or why there was none (a code such as ENOTFOUND). */
export type Opened =
  | { readonly kind: "answer"; readonly status: number; readonly location: string; readonly text: string }
  | { readonly kind: "none"; readonly code: string };
export type OpenAddress = (url: string, init?: RequestInit) => Promise<Opened>;
