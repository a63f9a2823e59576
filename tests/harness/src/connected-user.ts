import type { SeedUser } from "../../../scripts/local/google-control.ts";
import { requestJson, requestRedirect } from "../../../scripts/local/http.ts";
import type { Harness } from "./harness.ts";

/** Somebody who has connected a Google account. */
export interface ConnectedUser {
  readonly uid: string;
  readonly email: string;
}

/** Makes users and their calendars at Google, of any size; replaces what was there. */
export function seedGoogle(harness: Harness, users: readonly SeedUser[]): void {
  harness.google.load({ users });
}

/** Connects a Google account through the whole OAuth flow: callable, consent page, callback. */
export async function connect(harness: Harness, uid: string, email: string): Promise<ConnectedUser> {
  const { url } = (await call(harness, uid, "connectAccount", { returnTo: "http://127.0.0.1:5000/" })) as {
    readonly url: string;
  };
  const callback = await requestRedirect(url, { email, decision: "allow" });
  const end = new URL(await requestRedirect(callback));
  if (!end.searchParams.has("connected")) throw new Error(`${email} was not connected: ${end.search}`);
  return { uid, email };
}

/** Calls a callable as this user, with an ID token that nobody has signed. */
export async function call(harness: Harness, uid: string, name: string, data: object): Promise<unknown> {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  const claims = { sub: uid, user_id: uid, iat: 0, exp: 9_999_999_999, aud: harness.projectId };
  const token = `${part({ alg: "none", typ: "JWT" })}.${part(claims)}.`;
  const answer = await requestJson(`${harness.url}/${name}`, {
    method: "POST",
    headers: { Authorization: `Bearer ${token}` },
    body: { data },
  });
  return (answer as { readonly result: unknown }).result;
}
