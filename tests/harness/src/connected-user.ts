import {
  call as callAny,
  callForResult,
  unsignedToken,
  type CallAnswer,
  type Caller,
} from "../../../stack/client/callables.ts";
import { connect as connectAccount } from "../../../stack/client/connect.ts";
import type { SeedUser } from "../../../stack/client/google-control.ts";
import { appUrl, type Harness } from "./harness.ts";

/** A user who has connected a Google account. */
export interface ConnectedUser {
  readonly uid: string;
  readonly email: string;
}

/** The claims in the ID token of a signed-in user. The harness accepts them without verification. */
export interface Claims {
  readonly uid: string;
  readonly email?: string;
  readonly emailVerified?: boolean;
  /** The `sub` of the Google account with which the user has signed in. */
  readonly googleSubject?: string;
}

/** Replaces the users and calendars at Google by these, of any size. */
export function seedGoogle(harness: Harness, users: readonly SeedUser[]): void {
  harness.google.load({ users });
}

/** A caller with an unsigned ID token; `appCheck` is the id of the calling app. */
export function callerOf(
  harness: Harness,
  { uid, email, emailVerified, googleSubject }: Claims,
  appCheck?: string,
): Caller {
  const identities = {
    ...(googleSubject !== undefined && { "google.com": [googleSubject] }),
    ...(email !== undefined && { email: [email] }),
  };
  const claims = {
    sub: uid,
    user_id: uid,
    aud: harness.projectId,
    iat: 0,
    exp: 9_999_999_999,
    ...(email !== undefined && { email, email_verified: emailVerified ?? false }),
    firebase: { identities, sign_in_provider: googleSubject === undefined ? "password" : "google.com" },
  };
  return {
    functionsUrl: harness.url,
    appUrl,
    idToken: unsignedToken(claims),
    ...(appCheck !== undefined && { appCheckToken: unsignedToken({ sub: appCheck, app_id: appCheck }) }),
  };
}

/** Connects a Google account through the whole OAuth flow: callable, consent page, callback, confirmation. */
export async function connect(harness: Harness, uid: string, email: string): Promise<ConnectedUser> {
  await connectAccount(callerOf(harness, { uid }), email);
  return { uid, email };
}

/** Calls a callable as this user. Throws if the call fails. */
export async function call(harness: Harness, uid: string, name: string, data: object): Promise<unknown> {
  return await callForResult(callerOf(harness, { uid }), name, data);
}

/** Calls a callable as this user; `appCheck` is the id of the calling app. */
export async function callAs(
  harness: Harness,
  claims: Claims,
  name: string,
  data: object,
  appCheck?: string,
): Promise<CallAnswer> {
  return await callAny(callerOf(harness, claims, appCheck), name, data);
}
